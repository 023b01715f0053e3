import { inspect } from 'node:util'
import { afterEach, expect, test } from 'vitest'
import { array, installConsoleFormatter } from '../src/index.ts'

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
