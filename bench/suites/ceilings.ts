import { uniform } from '../lib/data.ts'
import type { Suite } from '../lib/suite.ts'

/** What an adapter can do at best, by the plainest code for it. */
export interface Ceiling {
  readonly suite: 'ceilings'
  readonly kind: 'copy' | 'kernelCopy' | 'multiplyAdd'
  /** Float32 numbers that are copied, or threads that multiply and add. */
  readonly size: number
}

/** Multiply-adds that a thread makes, in four chains of vec4 that do not wait for each other. */
export const CHAINS = 16
export const LOOPS = 1024
/** What is looked at of a copy. */
export const SEEN = 1024

/** Large where there is hardware to fill, small for a processor. */
export function ceilings(isSoftware: boolean): Suite<Ceiling> {
  const size = 2 ** (isSoftware ? 22 : 26)
  return {
    id: 'ceilings',
    title: 'Ceilings',
    about: 'A large copy by the queue and by a kernel, and multiply-adds in registers.',
    columns: [
      { title: 'copy', what: { suite: 'ceilings', kind: 'copy', size } },
      { title: 'copy by a kernel', what: { suite: 'ceilings', kind: 'kernelCopy', size } },
      { title: 'multiply-add', what: { suite: 'ceilings', kind: 'multiplyAdd', size: 2 ** (isSoftware ? 10 : 20) } },
    ],
    // Each chain runs into its fixed point: x = x / 2 + 1.
    expected: ({ kind }) => (kind === 'multiplyAdd' ? Float64Array.of(2 * CHAINS) : Float64Array.from(copied())),
  }
}

/** How the copied array begins; the rest is zeros. */
export const copied = (): Float32Array => uniform(SEEN, 16)
