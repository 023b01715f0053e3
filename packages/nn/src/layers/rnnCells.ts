import {
  type Cell,
  checkOptions,
  type Device,
  type DType,
  empty,
  formatShape,
  gruCell,
  linear,
  lstmCell,
  recurrence,
  reluCell,
  ShapeError,
  type Tensor,
  tanhCell,
  zeros,
} from '@rungs/autograd'
import { checkTensor, checkWidth } from '../check.ts'
import { uniform_ } from '../init.ts'
import { Module, nameOf } from '../module.ts'
import { type Parameter, parameter } from '../parameter.ts'
import { repr } from '../repr.ts'
import { checkNonlinearity, checkPair } from './rnn.ts'

export interface RecurrentCellOptions {
  /** Add biases; true when left out. */
  readonly bias?: boolean
  readonly dtype?: DType
  readonly device?: Device
}

/**
 * One step of a recurrence. `weightIh` (gates · H, inputSize), `weightHh` (gates · H, H), `biasIh` and `biasHh` (gates · H) start
 * uniform in ±1/√hiddenSize, drawn in this order from the default stream: the numbers that PyTorch's cells draw.
 */
abstract class RecurrentCell extends Module {
  readonly inputSize: number
  readonly hiddenSize: number
  weightIh: Parameter
  weightHh: Parameter
  biasIh: Parameter | null
  biasHh: Parameter | null

  /** @throws {RungsError} unless both sizes are positive integers. */
  constructor(inputSize: number, hiddenSize: number, options: RecurrentCellOptions, gates: number) {
    super()
    checkOptions(options, ['bias', 'dtype', 'device'], nameOf(this))
    const { bias = true, ...placement } = options
    this.inputSize = checkWidth(nameOf(this), 'inputSize', inputSize)
    this.hiddenSize = checkWidth(nameOf(this), 'hiddenSize', hiddenSize)
    this.weightIh = parameter(empty([gates * hiddenSize, inputSize], placement))
    this.weightHh = parameter(empty([gates * hiddenSize, hiddenSize], placement))
    this.biasIh = bias ? parameter(empty([gates * hiddenSize], placement)) : null
    this.biasHh = bias ? parameter(empty([gates * hiddenSize], placement)) : null
    this.resetParameters()
  }

  /** Draw new values. */
  resetParameters(): void {
    const bound = 1 / Math.sqrt(this.hiddenSize)
    for (const each of this.parameters()) uniform_(each, -bound, bound)
  }

  override extraRepr(): string {
    const { inputSize, hiddenSize, biasIh } = this
    return `${inputSize}, ${hiddenSize}${biasIh === null ? `, ${repr({ bias: false })}` : ''}`
  }

  /** The states after a step; zeros before it where `before` is null. */
  protected step(cell: Cell, x: Tensor, before: readonly Tensor[] | null): Tensor[] {
    const { weightIh, weightHh, biasIh, biasHh, hiddenSize } = this
    const { ndim, shape, dtype, device } = checkTensor(x, nameOf(this))
    if (ndim !== 1 && ndim !== 2) {
      throw new ShapeError(`${nameOf(this)}: Expected input to be 1-D or 2-D but received ${ndim}-D tensor`)
    }
    if (shape.at(-1) !== this.inputSize) {
      throw new ShapeError(
        `input has inconsistent input_size: got ${shape.at(-1)} expected ${this.inputSize}: ${nameOf(this)} of ` +
          formatShape(shape),
      )
    }
    const rows = ndim === 1 ? x.unsqueeze(0) : x
    const expected = [...shape.slice(0, -1), hiddenSize]
    const states =
      before === null
        ? Array.from({ length: cell.states }, () => zeros([rows.shape[0]!, hiddenSize], { dtype, device }))
        : before.map((state, k) => {
            checkState(checkTensor(state, nameOf(this)), expected, k, nameOf(this))
            return ndim === 1 ? state.unsqueeze(0) : state
          })
    const projected = linear(rows, weightIh, biasIh).unsqueeze(0)
    const after = recurrence(cell, projected, weightHh, biasHh, states).select(1, 0)
    return states.map((_, k) => {
      const state = after.select(0, k)
      return ndim === 1 ? state.squeeze(0) : state
    })
  }
}

function checkState({ shape }: Tensor, expected: readonly number[], k: number, layer: string): void {
  if (shape.length === expected.length && shape.at(-1) !== expected.at(-1)) {
    throw new ShapeError(
      `hidden${k} has inconsistent hidden_size: got ${shape.at(-1)}, expected ${expected.at(-1)}: ${layer}`,
    )
  }
  if (shape.length !== expected.length || shape[0] !== expected[0]) {
    throw new ShapeError(
      `Input batch size ${expected.length === 1 ? 'none' : expected[0]} doesn't match hidden${k} of ${formatShape(shape)}: ` +
        `${layer} expects ${formatShape(expected)}`,
    )
  }
}

export interface RNNCellOptions extends RecurrentCellOptions {
  /** `'tanh'` when left out. */
  readonly nonlinearity?: 'tanh' | 'relu'
}

/** `h' = tanh(W x + b + U h + c)`, or `max(…, 0)`: (B, inputSize) and (B, hiddenSize) give (B, hiddenSize). */
export class RNNCell extends RecurrentCell {
  static override typeName: string = 'RNNCell'
  readonly nonlinearity: 'tanh' | 'relu'

  /** @throws {RungsError} for bad sizes or another nonlinearity. */
  constructor(inputSize: number, hiddenSize: number, options: RNNCellOptions = {}) {
    const { nonlinearity = 'tanh', ...rest } = options
    super(inputSize, hiddenSize, rest, 1)
    this.nonlinearity = checkNonlinearity(nonlinearity)
  }

  /** @throws {ShapeError} for other shapes. */
  forward(x: Tensor, h: Tensor | null = null): Tensor {
    return this.step(this.nonlinearity === 'tanh' ? tanhCell : reluCell, x, h && [h])[0]!
  }

  override extraRepr(): string {
    const { nonlinearity } = this
    return `${super.extraRepr()}${nonlinearity === 'tanh' ? '' : `, ${repr({ nonlinearity })}`}`
  }
}

/** A step of `LSTM`: (B, inputSize) and states [h, c] of (B, hiddenSize) give the next [h, c]. */
export class LSTMCell extends RecurrentCell {
  static override typeName: string = 'LSTMCell'

  /** @throws {RungsError} for bad sizes. */
  constructor(inputSize: number, hiddenSize: number, options: RecurrentCellOptions = {}) {
    super(inputSize, hiddenSize, options, 4)
  }

  /** @throws {ShapeError} for other shapes. */
  forward(x: Tensor, states: readonly [h: Tensor, c: Tensor] | null = null): [h: Tensor, c: Tensor] {
    const [h, c] = this.step(lstmCell, x, checkPair(states, 'LSTMCell'))
    return [h!, c!]
  }
}

/** A step of `GRU`: (B, inputSize) and (B, hiddenSize) give (B, hiddenSize). */
export class GRUCell extends RecurrentCell {
  static override typeName: string = 'GRUCell'

  /** @throws {RungsError} for bad sizes. */
  constructor(inputSize: number, hiddenSize: number, options: RecurrentCellOptions = {}) {
    super(inputSize, hiddenSize, options, 3)
  }

  /** @throws {ShapeError} for other shapes. */
  forward(x: Tensor, h: Tensor | null = null): Tensor {
    return this.step(gruCell, x, h && [h])[0]!
  }
}
