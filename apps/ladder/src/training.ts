import type { Device } from '@rungs/ndarray'
import { expectCurve, ToleranceError } from '@rungs/testing'
import type { Rung } from './ladder.ts'

/** What came of one rung. */
export interface Result {
  readonly losses: readonly number[]
  /** Mean time of a step after the first, which pays for what is compiled once. */
  readonly msPerStep: number
  /** Where the losses leave the teacher's, or null where they agree within what the rung's kind allows. */
  readonly strays: string | null
}

/** Trains a rung on a device; `progress` hears how many losses have been read, and the last one. */
export async function train(
  rung: Rung,
  device: Device,
  progress: (read: number, loss: number) => void = () => {},
): Promise<Result> {
  // Reading waits for the device: at every step it costs a GPU its head start, and a cpu nothing.
  const readEvery = device.readSync === undefined ? 20 : 1
  const losses: number[] = []
  let unread: { item(): Promise<number> }[] = []
  let start = 0
  const read = async (): Promise<void> => {
    for (const loss of unread) losses.push(await loss.item())
    unread = []
    progress(losses.length, losses.at(-1)!)
  }
  for (const loss of rung.train(device)) {
    unread.push(loss)
    if (unread.length < readEvery && losses.length > 0) continue
    await read()
    if (start === 0) start = performance.now()
  }
  await read()
  return { losses, msPerStep: (performance.now() - start) / (losses.length - 1), strays: strays(losses, rung) }
}

function strays(losses: readonly number[], { golden, kind }: Rung): string | null {
  try {
    expectCurve(losses, golden, kind)
    return null
  } catch (error) {
    if (error instanceof ToleranceError) return error.message
    throw error
  }
}
