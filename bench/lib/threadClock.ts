import { readFileSync } from 'node:fs'

/** Milliseconds that this thread has had of a processor, to a few; null where the system does not tell. */
export type ThreadClock = () => number | null

/** Linux tells it of every thread, in nanoseconds, as of its last switch or tick. */
export const threadClock: ThreadClock = () => {
  try {
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6
  } catch {
    return null
  }
}
