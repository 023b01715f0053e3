import type { Item } from '@rungs/lesson'

export interface Batch {
  readonly items: readonly Item[]
  readonly dropped: number
}

export interface Batches {
  add(item: Item): void
  /** Sends what waits, if anything does. */
  flush(): void
}

/** Twice a frame: nobody sees more. */
const INTERVAL = 33
/** Lines of text in a batch; more than that flows by unread. */
const LINES = 300

/**
 * Collects items into batches by the clock, asked at each item: timers never fire in synchronous code. An item that
 * comes again takes the place of the one that waits; text beyond what can be read is counted and dropped.
 * @param later runs a function once the code that shows things has yielded.
 */
export function createBatches(
  send: (batch: Batch) => void,
  now: () => number,
  later: (flush: () => void) => void,
): Batches {
  const waiting = new Map<number, Item>()
  let lines = 0
  let dropped = 0
  let sent = Number.NEGATIVE_INFINITY
  let isDue = false

  function flush(): void {
    isDue = false
    if (waiting.size === 0 && dropped === 0) return
    send({ items: [...waiting.values()], dropped })
    waiting.clear()
    lines = dropped = 0
    sent = now()
  }

  function add(item: Item): void {
    if (item.kind === 'text' && ++lines > LINES) dropped++
    else waiting.set(item.id, item)
    if (now() - sent >= INTERVAL) flush()
    else if (!isDue) {
      isDue = true
      later(flush)
    }
  }

  return { add, flush }
}
