import type { Item, TableItem } from '@rungs/lesson'

type Rows = Pick<TableItem, 'columns' | 'rows'>

/** Rows that a text form shows at most: beyond, every n-th. */
const ROWS = 60

/** The numbers behind a drawing, as a table; null for what is text already. */
export function asTable(item: Item): Rows | null {
  if (item.kind === 'plot') {
    const series = [...item.lines, ...item.dots]
    return {
      columns: ['series', item.x.label || 'x', item.y.label || 'y'],
      rows: thinned(series.flatMap(({ name, points }) => points.map(([x, y]) => [name, x, y]))),
    }
  }
  if (item.kind === 'histogram') {
    const bins = item.rows[0]?.counts.length ?? 0
    const [low, high] = item.range
    const edge = (i: number): number => low + (i / bins) * (high - low)
    return {
      columns: ['from', 'to', ...item.rows.map(({ name }) => name)],
      rows: Array.from({ length: bins }, (_, i) => [
        edge(i),
        edge(i + 1),
        ...item.rows.map(({ counts }) => counts[i] ?? 0),
      ]),
    }
  }
  if (item.kind === 'heatMap') {
    const columns = item.values[0]?.length ?? 0
    return {
      columns: ['row', ...thinned(Array.from({ length: columns }, (_, i) => String(i)))],
      rows: thinned(item.values.map((row, i) => [i, ...thinned(row)])),
    }
  }
  return null
}

/** The first, every n-th, and the last. */
function thinned<T>(rows: readonly T[]): T[] {
  const step = Math.ceil(rows.length / ROWS)
  return rows.filter((_, i) => i % step === 0 || i === rows.length - 1)
}
