import { describe, expect, test } from 'vitest'
import { fromFloat16, toFloat16 } from '../src/float16.ts'

describe('float16', () => {
  test.each([
    ['one', 1, 0x3c00],
    ['minus two', -2, 0xc000],
    ['zero', 0, 0x0000],
    ['minus zero', -0, 0x8000],
    ['a third', 1 / 3, 0x3555],
    ['the largest', 65504, 0x7bff],
    ['just below half a step above the largest', 65519.996, 0x7bff],
    ['half a step above the largest', 65520, 0x7c00],
    ['infinity', Infinity, 0x7c00],
    ['minus infinity', -Infinity, 0xfc00],
    ['not a number', Number.NaN, 0x7e00],
    ['the smallest normal', 2 ** -14, 0x0400],
    ['the largest subnormal', 2 ** -14 - 2 ** -24, 0x03ff],
    ['the smallest', 2 ** -24, 0x0001],
    ['half of the smallest, to even', 2 ** -25, 0x0000],
    ['a little more than that', 2 ** -25 * 1.01, 0x0001],
    ['a tie between two, to even below', 1 + 2 ** -11, 0x3c00],
    ['a tie between two, to even above', 1 + 3 * 2 ** -11, 0x3c02],
    ['up into the next power', 2 - 2 ** -12, 0x4000],
  ])('%s', (_, value, bits) => {
    expect(toFloat16(Float32Array.of(value))).toEqual(Uint16Array.of(bits))
  })

  test('every number of it comes back', () => {
    const all = Uint16Array.from({ length: 2 ** 16 }, (_, bits) => bits)
    const numbers = all.filter((bits) => (bits & 0x7fff) <= 0x7c00)
    expect(toFloat16(fromFloat16(numbers))).toEqual(numbers)
    expect(fromFloat16(all.filter((bits) => (bits & 0x7fff) > 0x7c00)).every(Number.isNaN)).toBe(true)
  })
})
