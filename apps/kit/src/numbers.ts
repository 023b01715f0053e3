import { type Nested, RungsError } from '@rungs/ndarray'

/** A list of numbers; typed arrays and what `x.toArray()` gives of one dim, too. @throws {RungsError} for anything else. */
export function numbersOf(source: unknown, what: string): number[] {
  const list = Array.isArray(source) || ArrayBuffer.isView(source) ? Array.from(source as ArrayLike<unknown>) : null
  if (list?.every((value) => typeof value === 'number' || typeof value === 'boolean')) return list.map(Number)
  throw new RungsError(`${what} must be a list of numbers, got ${describe(source)}; await x.toArray() gives an array's`)
}

/** Rows of equal length. @throws {RungsError} for anything else. */
export function matrixOf(source: Nested, what: string): (number | null)[][] {
  if (!Array.isArray(source)) throw new RungsError(`${what} must be rows of numbers, got ${describe(source)}`)
  const rows = source.map((row, i) => numbersOf(row, `row ${i} of ${what}`).map(finite))
  const width = rows[0]?.length ?? 0
  const ragged = rows.findIndex(({ length }) => length !== width)
  if (ragged < 0) return rows
  throw new RungsError(`${what}: row ${ragged} has ${rows[ragged]!.length} numbers, and the first row ${width}`)
}

/** The number, or null where JSON has no word for it. */
export const finite = (value: number): number | null => (Number.isFinite(value) ? value : null)

/** The lowest and the highest of the numbers that are finite; a range of one where they are all the same. */
export function rangeOf(values: Iterable<number | null>): [low: number, high: number] {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const value of values) {
    if (value === null || !Number.isFinite(value)) continue
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  if (low < high) return [low, high]
  return low === high ? [low - 0.5, low + 0.5] : [0, 1]
}

/** @throws {RungsError} unless it is two finite numbers, the lower first. */
export function checkRange(range: readonly [number, number], what: string): readonly [number, number] {
  if (range.length === 2 && range.every(Number.isFinite) && range[0] < range[1]) return range
  throw new RungsError(`${what} must be two numbers, the lower first; got [${range.join(', ')}]`)
}

const describe = (value: unknown): string =>
  Array.isArray(value) ? `[${value.slice(0, 3).map(String).join(', ')}${value.length > 3 ? ', …' : ''}]` : String(value)
