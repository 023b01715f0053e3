import { formatShape } from '@rungs/ndarray'
import type { EinsumPath } from './einsumPath.ts'

const HEAD = ['step', 'of', 'equation', 'kernel', 'operations', 'elements']
/** Columns of words stand left, of numbers right. */
const WORDS = 4

/** A plan as a table: a row for each step, and what the order saves. */
export function formatPath(path: EinsumPath): string {
  let next = path.shapes.length
  const rows = path.steps.map(({ arrays, equation, kernel, operations, size }) => {
    const step = arrays.length === 1 ? arrays[0]! : next++
    return [String(step), arrays.join(' '), equation, kernel, grouped(operations), grouped(size)]
  })
  const table = [HEAD, ...rows]
  const widths = HEAD.map((_, column) => Math.max(...table.map((row) => row[column]!.length)))
  const lines = table.map((row) =>
    row
      .map((cell, column) => (column < WORDS ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  '),
  )
  return [`${path.equation}  ${path.shapes.map(formatShape).join(' ')}`, ...lines, ...savings(path)].join('\n')
}

const savings = ({ shapes, cost, leftToRightCost, naiveCost }: EinsumPath): string[] =>
  shapes.length < 3
    ? []
    : [`${grouped(cost)} multiplications; left to right ${grouped(leftToRightCost)}, all at once ${grouped(naiveCost)}`]

/** 12,345,678; in powers of ten where that is shorter to read. */
function grouped(count: number): string {
  if (count >= 1e12) return count.toExponential(2)
  return String(count).replaceAll(/\B(?=(\d{3})+$)/g, ',')
}
