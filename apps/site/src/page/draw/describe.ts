import type { Item, Series } from '@rungs/lesson'
import { showNumber } from './number.ts'

/** What a drawing shows, in a sentence or two, for those who do not see it; empty for what is text already. */
export function describe(item: Item): string {
  switch (item.kind) {
    case 'plot': {
      const axes = [item.y.label, item.x.label].filter((label) => label !== '').join(' against ')
      const log = item.x.scale === 'log' || item.y.scale === 'log' ? ', logarithmic' : ''
      const surface = item.surface === null ? '' : ' Contours of a surface lie below.'
      return `Plot${axes === '' ? '' : ` of ${axes}`}${log}. ${[...item.lines, ...item.dots].map(describeSeries).join(' ')}${surface}`
    }
    case 'histogram':
      return `Histograms from ${item.range.map(showNumber).join(' to ')}: ${item.rows.map(({ name }) => name).join(', ')}.`
    case 'heatMap': {
      const [rows, columns] = [item.values.length, item.values[0]?.length ?? 0]
      return `Heat map of ${rows} by ${columns} numbers, from ${item.range.map(showNumber).join(' to ')}.`
    }
    case 'graph':
      return 'Drawing of a graph.'
    case 'images':
      return `${item.images.length} pictures, each with a caption.`
    default:
      return ''
  }
}

function describeSeries({ name, points }: Series): string {
  const seen = points.filter(([, y]) => y !== null)
  const [first, last] = [seen[0], seen.at(-1)]
  if (first === undefined || last === undefined) return `${name}: nothing finite.`
  const at = ([x, y]: Series['points'][number]): string => `${showNumber(y ?? 0)} at ${showNumber(x)}`
  return seen.length === 1 ? `${name}: ${at(first)}.` : `${name}: from ${at(first)} to ${at(last)}.`
}
