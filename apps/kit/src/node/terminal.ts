import type { SingleBar } from 'cli-progress'
import type { Item, ProgressItem } from '../item.ts'
import { drawItem, isEmpty } from './draw/item.ts'
import type { Paint } from './draw/paint.ts'
import { progressBar } from './progressBar.ts'

export interface Terminal {
  show(item: Item): void
  /** Draws what has waited. */
  end(): void
}

/**
 * Draws items one below the other. What was shown while it was still empty, or changes after it was drawn, waits until
 * something new is shown while no loop with a progress bar runs: so a curve is drawn once, whole, and not at every step.
 */
export function terminal(stream: NodeJS.WriteStream, paint: Paint): Terminal {
  const seen = new Set<number>()
  const waiting = new Map<number, Item>()
  /** Items stand apart from what is around them; lines of text follow each other. */
  let last: 'nothing' | 'text' | 'item' = 'nothing'
  let running: number | null = null
  let bar: SingleBar | null = null

  const draw = (item: Item): void => {
    const kind = item.kind === 'text' ? 'text' : 'item'
    const gap = last !== 'nothing' && (kind === 'item' || last === 'item') ? '\n' : ''
    last = kind
    // The bar's line is taken, and drawn again below.
    if (bar !== null) stream.write('\r\u001b[K')
    stream.write(`${gap}${drawItem(item, paint)}\n`)
    bar?.render()
  }
  const flush = (): void => {
    const items = [...waiting.values()]
    waiting.clear()
    for (const item of items) if (!isEmpty(item)) draw(item)
  }
  const endProgress = (): void => {
    bar?.stop()
    bar = null
    running = null
  }
  const showProgress = (item: ProgressItem): void => {
    if (running !== item.id) {
      endProgress()
      running = item.id
      // Pipes get none.
      if (stream.isTTY) bar = progressBar(item, stream)
    }
    bar?.update(item.done, { note: item.note })
    if (item.done >= item.total) endProgress()
  }

  return {
    show(item) {
      if (item.kind === 'progress') return showProgress(item)
      if (seen.has(item.id) || isEmpty(item)) {
        waiting.set(item.id, item)
      } else {
        if (running === null) flush()
        draw(item)
      }
      seen.add(item.id)
    },
    end() {
      endProgress()
      flush()
    },
  }
}
