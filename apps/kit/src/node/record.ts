import type { Host } from '../host.ts'
import type { Item } from '../item.ts'
import { type RunOptions, runLesson } from '../run.ts'
import { captureConsole } from './captureConsole.ts'
import { openDevice } from './devices.ts'

/** A lesson that ran: what it exports, and what it showed, each item as it was in the end. */
export interface Recorded<T> {
  readonly exports: T
  readonly items: readonly Item[]
  /** What it said on the console, line by line. */
  readonly text: string
}

/** Runs a lesson for a test: nothing is drawn, everything is kept. */
export async function record<T>(
  load: () => Promise<T>,
  options: Partial<RunOptions> = {},
  open: Host['openDevice'] = openDevice,
): Promise<Recorded<T>> {
  const items = new Map<number, Item>()
  const host = { show: (item: Item) => void items.set(item.id, item), openDevice: open }
  const giveBack = captureConsole(host)
  try {
    const exports = await runLesson(host, { device: 'cpu', seed: 0, ...options }, load)
    const shown = [...items.values()]
    const text = shown.flatMap((item) => (item.kind === 'text' ? [item.text] : [])).join('\n')
    return { exports, items: shown, text }
  } finally {
    giveBack()
  }
}
