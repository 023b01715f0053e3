import type { CallOverhead } from '../suites/callOverhead.ts'
import type { Einsum } from '../suites/einsum.ts'
import type { Elementwise } from '../suites/elementwise.ts'
import type { MatrixProduct } from '../suites/matrixProducts.ts'
import type { Reduction } from '../suites/reductions.ts'
import type { TwoLayerStep } from '../suites/twoLayerStep.ts'

/** What is timed: one of these, as JSON, is all that a contestant is told. */
export type Case = TwoLayerStep | MatrixProduct | Elementwise | Reduction | CallOverhead | Einsum

/** A case made ready in one contestant's own idiom. */
export interface Program {
  /** Does it once; gives a promise only where that is the contestant's own interface. */
  step(): unknown
  /** Resolves when the work of every step so far has really been done. Left out where `step` leaves nothing open. */
  finish?(): Promise<unknown>
  /** The last step's result. */
  result(): Promise<ArrayLike<number>> | ArrayLike<number>
}

export interface Contestant {
  readonly version: string
  /** Whatever changes speed: threads, adapter. */
  readonly about?: string
  /** The WebGPU adapter. */
  readonly adapter?: string
  /** @throws {Absent} when the contestant has no such thing. */
  prepare(what: Case): Program | Promise<Program>
}

/** A contestant does not take part, here or at all; the message says why and ends up in the table. */
export class Absent extends Error {
  override readonly name = 'Absent'
}
