import { inspect } from 'node:util'
import { afterEach, expect, test } from 'vitest'
import { array, DTypeError, installConsoleFormatter, Timing } from '../src/index.ts'

const page = globalThis as {
  devtoolsFormatters?: { header(value: unknown): unknown; hasBody(value: unknown): boolean }[]
}
afterEach(() => {
  delete page.devtoolsFormatters
})

const x = array([10, 6, -4])

test("Node's console shows an array as it prints, inside other values too", () => {
  expect(inspect(x)).toBe('array([10.,  6., -4.])')
  expect(inspect({ x })).toBe('{ x: array([10.,  6., -4.]) }')
})

test('JSON holds the values as nested arrays', () => {
  const matrix = array([
    [1, 2],
    [3, 4],
  ])
  expect(JSON.stringify({ w: matrix.T, on: array([true]), n: matrix.sum() })).toBe(
    '{"w":[[1,3],[2,4]],"on":[true],"n":10}',
  )
})

test('operators on numbers throw and name the methods; text stays text', () => {
  const wrong = [() => +x, () => (x as unknown as number) * 2, () => (x as unknown as number) > 3]
  for (const call of wrong) expect(call).toThrow(DTypeError)
  expect(wrong[0]).toThrow('write x.mul(2), x.sub(1), x.gt(0) in place of x * 2, x - 1, x > 0')
  const [is, shown] = ['x is ', 'x is array([10.,  6., -4.])']
  expect(`x is ${x}`).toBe(shown)
  expect(is + (x as unknown as string)).toBe(shown)
})

test('a timing shows its text', () => {
  expect(inspect(new Timing([1e-6], 1))).toContain('1 µs ± 0 ns per loop')
})

test("a browser's console shows it so once the formatter is installed, beside the page's own", () => {
  const own = { header: () => null, hasBody: () => false }
  page.devtoolsFormatters = [own]
  installConsoleFormatter()
  installConsoleFormatter()
  expect(page.devtoolsFormatters).toHaveLength(2)
  const [first, formatter] = page.devtoolsFormatters
  expect(first).toBe(own)
  expect(formatter?.header(x)).toEqual(['span', expect.anything(), 'array([10.,  6., -4.])'])
  expect(formatter?.hasBody(x)).toBe(false)
  for (const other of [null, undefined, 3, 'text', [1, 2], { shape: [2] }]) expect(formatter?.header(other)).toBe(null)
})
