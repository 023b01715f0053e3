import { DeviceError } from '@rungs/ndarray'
import { startWorker } from './spawn.ts'
import { type SharedKernel, TICKET_BITS, type WorkerStart, word } from './work.ts'

/** Pieces of one call at most: half of what the ticket counts, since each thread asks once more than there are. */
const MAX_PIECES = 2 ** (TICKET_BITS - 1)
/** About how long a piece should take: long against taking it (0.1 µs), short against a worker that is not scheduled. */
const PIECE_NANOSECONDS = 25_000
/** Less work than this is done sooner than a sleeping worker is awake (10 to 20 µs). */
const MIN_NANOSECONDS = 100_000
const SPINS = 2000
/** What is lost by asking others is at most one part in so many. */
const PATIENCE = 16

export interface Pool {
  readonly threads: number
  /** Run `kernel` over `[0, count)`; false where one thread does it sooner, and nothing has been done. */
  run(kernel: SharedKernel, count: number, grain: number, nanoseconds: number): boolean
  destroy(): void
}

/**
 * Workers that share linear memory. A call is cut into pieces, which the calling thread and the workers claim one by one
 * with a single atomic addition, so that a worker that is not running holds nothing up and none has to be: the calling
 * thread does all that nobody else takes. Control words are at `control`.
 */
export function createPool(start: Omit<WorkerStart, 'scratch'>, scratches: readonly number[]): Pool {
  const words = new Int32Array(start.memory.buffer, start.control, word.COUNT)
  const workers = scratches.slice(1).map((scratch) => startWorker({ ...start, scratch }))
  const own = scratches[0]!
  const pages = !canWait()
  let generation = 0
  /** Milliseconds of work to do alone before others are asked again. */
  let alone = 0

  const wait = (pieces: number): void => {
    for (let spins = 0; ; spins++) {
      const done = Atomics.load(words, word.DONE)
      if (done === pieces) return
      if (pages || spins < SPINS) continue
      Atomics.store(words, word.WAITING, 1)
      Atomics.wait(words, word.DONE, done, 1)
      Atomics.store(words, word.WAITING, 0)
    }
  }

  return {
    threads: scratches.length,
    run(kernel, count, grain, nanoseconds) {
      if (nanoseconds < MIN_NANOSECONDS || count <= grain || Atomics.load(words, word.READY) === 0) return false
      if (alone > 0) {
        alone -= nanoseconds / 1e6
        return false
      }
      const wanted = Math.min(Math.max(nanoseconds / PIECE_NANOSECONDS, scratches.length), MAX_PIECES)
      const size = Math.ceil(count / wanted / grain) * grain
      const pieces = Math.ceil(count / size)
      words[word.KERNEL] = kernel.id
      words[word.CODE] = kernel.address
      words[word.CODE_BYTES] = kernel.bytes
      words[word.POSITIONS] = count
      words[word.PIECE] = size
      const asked = performance.now()
      Atomics.store(words, word.DONE, 0)
      generation = (generation + 1) & 1023
      Atomics.store(words, word.TICKET, (generation << (2 * TICKET_BITS)) | (pieces << TICKET_BITS))
      if (Atomics.load(words, word.SLEEPING) > 0) Atomics.notify(words, word.TICKET)
      const began = performance.now()
      let taken = 0
      for (;;) {
        const piece = Atomics.add(words, word.TICKET, 1) & (2 ** TICKET_BITS - 1)
        if (piece >= pieces) break
        kernel.run(start.block, own, piece * size, Math.min((piece + 1) * size, count))
        Atomics.add(words, word.DONE, 1)
        taken++
      }
      const worked = performance.now() - began
      wait(pieces)
      // Against all pieces at the pace of those taken here. Whoever waits for a thread that is not running loses the length of
      // many calls, and does so again and again.
      const lost = performance.now() - asked - (taken > 0 ? (worked * pieces) / taken : nanoseconds / 1e6)
      alone = Math.max(0, lost * PATIENCE)
      if (Atomics.exchange(words, word.FAILED, 0) !== 0) {
        throw new DeviceError('wasm: a worker could not run a kernel; create the device with { threads: 1 }')
      }
      return true
    },
    destroy() {
      for (const worker of workers) worker?.terminate()
    },
  }
}

/** The main thread of a page may not wait. */
function canWait(): boolean {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 0)
    return true
  } catch {
    return false
  }
}
