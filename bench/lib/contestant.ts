import type { CallOverhead } from '../suites/callOverhead.ts'
import type { Ceiling } from '../suites/ceilings.ts'
import type { Convolution } from '../suites/convolutions.ts'
import type { DeepStep } from '../suites/deepStep.ts'
import type { Einsum } from '../suites/einsum.ts'
import type { Elementwise } from '../suites/elementwise.ts'
import type { LearningStep } from '../suites/learningStep.ts'
import type { MatrixProduct } from '../suites/matrixProducts.ts'
import type { Moving } from '../suites/moving.ts'
import type { Ordering } from '../suites/ordering.ts'
import type { Reduction } from '../suites/reductions.ts'
import type { Rowwise } from '../suites/rowwise.ts'
import type { TwoLayerStep } from '../suites/twoLayerStep.ts'
import type { StartGpu } from './gpu.ts'

/** What is timed: one of these, as JSON, is all that a contestant is told. */
export type Case =
  | TwoLayerStep
  | DeepStep
  | LearningStep
  | MatrixProduct
  | Elementwise
  | Reduction
  | Moving
  | Ordering
  | Rowwise
  | Convolution
  | CallOverhead
  | Einsum
  | Ceiling

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
  readonly adapter?: Adapter
  /** @throws {Absent} when the contestant has no such thing. */
  prepare(what: Case): Program | Promise<Program>
}

export interface Adapter {
  readonly name: string
  /** Of the card alone, short enough for a file name. */
  readonly device: string
  /** It computes on the processor. */
  readonly isSoftware: boolean
}

/** What each file in `contestants/` exports as `start`: the kind of device that the roster asks for, and where a GPU is found. */
export type Start = (kind: string, startGpu: StartGpu) => Promise<Contestant>

/** A contestant does not take part, here or at all; the message says why and ends up in the table. */
export class Absent extends Error {
  override readonly name = 'Absent'
}

/** What contestants throw at a case that is not for them. */
export const noSuchCase = ({ suite }: Case): Absent => new Absent(`takes no part in ${suite}`)
