import { describe, expect, test } from 'vitest'
import { decodeCode, encodeCode } from '../src/address.ts'

describe('an edited lesson in an address', () => {
  test.each([
    ['nothing', ''],
    ['a line', "console.log('1 + 1 =', 1 + 1)\n"],
    ['characters beyond Latin', 'const π = 3.14 // 圆周率 🪜'],
    ['a hundred lines', 'const x = randn([64, 1000])\n'.repeat(100)],
  ])('comes back as it was: %s', async (_, code) => {
    expect(await decodeCode(`#${await encodeCode(code)}`)).toBe(code)
  })

  test('is shorter than the code, and needs no escapes', async () => {
    const code = 'for (const w of [w1, w2]) w.sub_(w.grad, { alpha: 1e-6 })\n'.repeat(20)
    const fragment = await encodeCode(code)
    expect(fragment.length).toBeLessThan(code.length / 4)
    expect(fragment).toMatch(/^code=[\w-]+$/)
  })

  test.each([
    ['nothing', ''],
    ['the place of a heading', '#the-ladder'],
    ['no base64', '#code=%%%'],
  ])('is none where the fragment is %s', async (_, fragment) => {
    expect(await decodeCode(fragment)).toBeNull()
  })

  test('is none where it was cut on its way', async () => {
    const fragment = await encodeCode('const x = randn([64, 1000])')
    expect(await decodeCode(fragment.slice(0, -6))).toBeNull()
  })
})
