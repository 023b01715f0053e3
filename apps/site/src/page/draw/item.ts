import type { Item, TextItem } from '@rungs/lesson'
import { drawBars } from './bars.ts'
import { drawCode } from './code.ts'
import { drawGraphItem } from './graph.ts'
import { drawHeatMap } from './heatMap.ts'
import { drawHistogram } from './histogram.ts'
import { drawImages } from './images.ts'
import { drawPlot } from './plot.ts'
import { drawProgress } from './progress.ts'
import { drawTable } from './table.ts'

/** Everything that has a place of its own; text flows. */
export type Drawable = Exclude<Item, TextItem>

/** Draws an item as wide as `width` pixels at most. */
export function draw(item: Drawable, width: number): Node {
  switch (item.kind) {
    case 'table':
      return drawTable(item)
    case 'plot':
      return drawPlot(item, width)
    case 'histogram':
      return drawHistogram(item, width)
    case 'bars':
      return drawBars(item)
    case 'heatMap':
      return drawHeatMap(item, width)
    case 'graph':
      return drawGraphItem(item)
    case 'images':
      return drawImages(item)
    case 'code':
      return drawCode(item)
    case 'progress':
      return drawProgress(item)
  }
}
