/** What a worker is told when it starts; all else it reads from the control words. */
export interface WorkerStart {
  readonly memory: WebAssembly.Memory
  readonly control: number
  readonly block: number
  /** Scratch memory of this worker. */
  readonly scratch: number
}

/** A kernel whose code lies in linear memory, for workers to compile. */
export interface SharedKernel {
  readonly id: number
  readonly address: number
  readonly bytes: number
  readonly run: (block: number, scratch: number, from: number, to: number) => void
}

/** The ticket holds a generation, how many pieces there are, and the next piece, in so many bits each. */
export const TICKET_BITS: number = 11

/** Control words: those that several threads write lie in cache lines of their own. */
export const word = {
  TICKET: 0,
  DONE: 16,
  SLEEPING: 32,
  READY: 33,
  WAITING: 34,
  FAILED: 35,
  KERNEL: 48,
  CODE: 49,
  CODE_BYTES: 50,
  POSITIONS: 51,
  PIECE: 52,
  COUNT: 64,
} as const

/**
 * The life of a worker: claim a piece, run it, count it. It spins for a moment between calls, then sleeps. It runs as the
 * text of this function, so it names nothing from outside.
 */
export function work(
  { memory, control, block, scratch }: WorkerStart,
  at: typeof word,
  bits: number,
  spinMilliseconds: number,
): void {
  const words = new Int32Array(memory.buffer, control, at.COUNT)
  const mask = 2 ** bits - 1
  const kernels: ((block: number, scratch: number, from: number, to: number) => void)[] = []
  const isWork = (ticket: number): boolean => (ticket & mask) < ((ticket >>> bits) & mask)
  const find = (id: number): (typeof kernels)[number] => {
    let kernel = kernels[id]
    if (kernel === undefined) {
      // Copied: engines compile from memory that nobody else can change.
      const code = new Uint8Array(memory.buffer, words[at.CODE], words[at.CODE_BYTES]).slice()
      const { exports } = new WebAssembly.Instance(new WebAssembly.Module(code), {
        env: { memory },
        math: Math as never,
      })
      kernel = kernels[id] = exports.run as (typeof kernels)[number]
    }
    return kernel
  }
  Atomics.add(words, at.READY, 1)
  for (;;) {
    const idle = performance.now()
    for (let spins = 1; !isWork(Atomics.load(words, at.TICKET)); spins++) {
      if ((spins & 255) !== 0 || performance.now() - idle < spinMilliseconds) continue
      Atomics.add(words, at.SLEEPING, 1)
      const ticket = Atomics.load(words, at.TICKET)
      if (!isWork(ticket)) Atomics.wait(words, at.TICKET, ticket)
      Atomics.sub(words, at.SLEEPING, 1)
    }
    const ticket = Atomics.add(words, at.TICKET, 1)
    if (!isWork(ticket)) continue
    const from = (ticket & mask) * words[at.PIECE]!
    try {
      find(words[at.KERNEL]!)(block, scratch, from, Math.min(from + words[at.PIECE]!, words[at.POSITIONS]!))
    } catch {
      Atomics.store(words, at.FAILED, 1)
    }
    Atomics.add(words, at.DONE, 1)
    if (Atomics.load(words, at.WAITING) !== 0) Atomics.notify(words, at.DONE)
  }
}
