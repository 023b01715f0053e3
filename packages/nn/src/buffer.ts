import { Tensor } from '@rungs/autograd'
import { checkTensor } from './check.ts'

export interface BufferOptions {
  /** Whether state dicts hold it; true when left out. */
  readonly persistent?: boolean
}

/**
 * A tensor that belongs to a module's state and is not learned, such as a running mean: fields that hold one are found by
 * `module.buffers()`, and move with the module. Change it in place, so that it stays the same object.
 */
export class Buffer extends Tensor {
  readonly persistent: boolean

  /** @param values shared, not copied, without their history. @throws {RungsError} for what is no tensor. */
  constructor(values: Tensor, { persistent = true }: BufferOptions = {}) {
    super(checkTensor(values, 'Buffer', 'what it holds').detach().array)
    this.persistent = persistent
  }
}

/** `new Buffer(values)`: `runningMean = buffer(zeros([3]))` in a class of modules. */
export const buffer = (values: Tensor, options?: BufferOptions): Buffer => new Buffer(values, options)

/** A buffer of what may be left out, such as weights of a loss. */
export const bufferOrNull = (values: Tensor | null | undefined): Buffer | null =>
  values == null ? null : buffer(values)

export const isBuffer = (value: object): value is Buffer => value instanceof Buffer
