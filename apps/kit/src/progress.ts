import { RungsError } from '@rungs/ndarray'
import { shown } from './shown.ts'

/** The numbers of a loop, which show how far it is. */
export interface Progress {
  [Symbol.iterator](): Iterator<number>
  /** What to say beside the bar from now on, such as the loss. */
  note(text: string): void
}

/** `for (const step of progress(500))`: from 0 to 499, with a bar. @throws {RungsError} unless it is a count. */
export function progress(total: number, title = ''): Progress {
  if (!Number.isInteger(total) || total < 1) throw new RungsError(`progress: takes a count of 1 or more, got ${total}`)
  let note = ''
  return {
    note: (text) => {
      note = text
    },
    *[Symbol.iterator]() {
      const bar = shown(0, (done) => ({ kind: 'progress', title, done, total, note }))
      try {
        for (let step = 0; step < total; step++) {
          if (step > 0) bar.update(step)
          yield step
        }
      } finally {
        // A loop that is left early is over too.
        bar.update(total)
      }
    },
  }
}
