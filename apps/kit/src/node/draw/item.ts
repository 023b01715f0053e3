import type { Item } from '../../item.ts'
import { drawBars } from './bars.ts'
import { drawGraph } from './graph.ts'
import { drawHeatMap } from './heatMap.ts'
import { drawHistogram } from './histogram.ts'
import { drawImages } from './images.ts'
import { type Paint, WIDTH } from './paint.ts'
import { drawPlot } from './plot.ts'
import { drawTable } from './table.ts'

/** An item as lines of at most eighty columns, its title above; only source text keeps its own. */
export function drawItem(item: Item, paint: Paint): string {
  if (item.kind === 'text') return item.level === 'log' ? wrap(item.text) : paint('yellow', wrap(item.text))
  const title = item.title === '' ? [] : [paint('bold', item.title)]
  return [...title, ...draw(item, paint).map((line) => line.trimEnd())].join('\n')
}

function draw(item: Exclude<Item, { readonly kind: 'text' }>, paint: Paint): string[] {
  switch (item.kind) {
    case 'table':
      return drawTable(item, paint)
    case 'plot':
      return drawPlot(item, paint)
    case 'histogram':
      return drawHistogram(item, paint)
    case 'bars':
      return drawBars(item, paint)
    case 'heatMap':
      return drawHeatMap(item)
    case 'graph':
      return drawGraph(item)
    case 'images':
      return drawImages(item)
    case 'code':
      return (item.language === 'text' ? wrap(item.text.replaceAll('\t', '  '), WIDTH - 2) : item.text)
        .split('\n')
        .map((line) => `  ${line}`)
    case 'progress':
      return [`${item.done}/${item.total} ${item.note}`]
  }
}

/** Lines that are too long are parted between words. */
const wrap = (text: string, width = WIDTH): string =>
  text.replaceAll(new RegExp(`(?=.{${width + 1}})(.{1,${width}})\\s+`, 'g'), '$1\n')

/** Nothing is in it yet. */
export function isEmpty(item: Item): boolean {
  switch (item.kind) {
    case 'plot':
      return item.surface === null && [...item.lines, ...item.dots].every(({ points }) => points.length === 0)
    case 'table':
      return item.rows.length === 0
    case 'histogram':
      return item.rows.every(({ counts, notFinite }) => notFinite === 0 && counts.every((count) => count === 0))
    case 'bars':
      return item.bars.length === 0
    case 'heatMap':
      return item.values.length === 0
    case 'images':
      return item.images.length === 0
    case 'text':
    case 'graph':
    case 'code':
    case 'progress':
      return false
  }
}
