import { checkOptions, RungsError } from '@rungs/ndarray'
import type { Cell } from './item.ts'
import { type Shown, shown } from './shown.ts'

export type Row = Readonly<Record<string, Cell>>

/**
 * A table, one object a row; its columns are the keys, in the order in which they first come.
 * @throws {RungsError} for cells that are neither text nor numbers, booleans or null.
 */
export function table(rows: readonly Row[], options: { readonly title?: string } = {}): Shown<readonly Row[]> {
  checkOptions(options, ['title'], 'table')
  const { title = '' } = options
  return shown(rows, (rows) => {
    const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))]
    const cells = rows.map((row) => columns.map((column) => cellOf(row[column] ?? null, column)))
    return { kind: 'table', title, columns, rows: cells }
  })
}

function cellOf(value: Cell, column: string): Cell {
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
  if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return value
  throw new RungsError(`table: column '${column}' has ${String(value)}; cells are text, numbers, booleans or null`)
}
