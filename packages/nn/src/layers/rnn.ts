import { gruCell, lstmCell, RungsError, reluCell, type Tensor, tanhCell } from '@rungs/autograd'
import { Recurrent, type RecurrentOptions } from './recurrent.ts'

export interface RNNOptions extends RecurrentOptions {
  /** `'tanh'` when left out. */
  readonly nonlinearity?: 'tanh' | 'relu'
}

/** @throws {RungsError} for another nonlinearity. */
export function checkNonlinearity(nonlinearity: 'tanh' | 'relu'): 'tanh' | 'relu' {
  if (nonlinearity === 'tanh' || nonlinearity === 'relu') return nonlinearity
  throw new RungsError(`Unknown nonlinearity '${String(nonlinearity)}'. Select from 'tanh' or 'relu'.`)
}

/**
 * `h[t] = tanh(W x[t] + b + U h[t-1] + c)`, or `max(…, 0)`, over time and layer on layer.
 * @see `Recurrent` for shapes and parameters.
 */
export class RNN extends Recurrent {
  static override typeName: string = 'RNN'
  readonly nonlinearity: 'tanh' | 'relu'

  /** @throws {RungsError} for bad sizes, a bad dropout, or another nonlinearity. */
  constructor(inputSize: number, hiddenSize: number, options: RNNOptions = {}) {
    const { nonlinearity = 'tanh', ...rest } = options
    super(inputSize, hiddenSize, rest, 1)
    this.nonlinearity = checkNonlinearity(nonlinearity)
  }

  /**
   * @param x (T, B, inputSize), or with `batchFirst` (B, T, inputSize), or (T, inputSize).
   * @param initial (layers · directions, B, H), without B where `x` has none; zeros when left out.
   * @returns the last layer's states over time, (T, B, directions · H), and the last state of each layer.
   * @throws {ShapeError} for other shapes.
   */
  forward(x: Tensor, initial: Tensor | null = null): [output: Tensor, last: Tensor] {
    const cell = this.nonlinearity === 'tanh' ? tanhCell : reluCell
    const { output, states } = this.run(cell, x, initial && [initial])
    return [output, states[0]!]
  }
}

/**
 * Long short-term memory: beside the hidden state, a cell state that gates let in, keep and let out.
 * @see `Recurrent` for shapes and parameters; gates stand in the order input, forget, content, output.
 */
export class LSTM extends Recurrent {
  static override typeName: string = 'LSTM'

  /** @throws {RungsError} for bad sizes or a bad dropout. */
  constructor(inputSize: number, hiddenSize: number, options: RecurrentOptions = {}) {
    super(inputSize, hiddenSize, options, 4)
  }

  /**
   * @param x (T, B, inputSize), or with `batchFirst` (B, T, inputSize), or (T, inputSize).
   * @param initial hidden and cell state, (layers · directions, B, H) each, without B where `x` has none; zeros when left out.
   * @returns the last layer's hidden states over time, (T, B, directions · H), and both last states of each layer.
   * @throws {ShapeError} for other shapes.
   */
  forward(
    x: Tensor,
    initial: readonly [h: Tensor, c: Tensor] | null = null,
  ): [output: Tensor, last: [h: Tensor, c: Tensor]] {
    const { output, states } = this.run(lstmCell, x, checkPair(initial, 'LSTM'))
    return [output, [states[0]!, states[1]!]]
  }
}

/** @throws {RungsError} for what is no pair. */
export function checkPair<P extends readonly [Tensor, Tensor] | null>(states: P, layer: string): P {
  if (states === null || (Array.isArray(states) && states.length === 2)) return states
  throw new RungsError(`${layer}: the states are two, [h, c]; got ${Array.isArray(states) ? states.length : 'one'}`)
}

/**
 * Gated recurrent units: how much of the state is reset for the next proposal, and how much of it is replaced.
 * @see `Recurrent` for shapes and parameters; gates stand in the order reset, update, proposal.
 */
export class GRU extends Recurrent {
  static override typeName: string = 'GRU'

  /** @throws {RungsError} for bad sizes or a bad dropout. */
  constructor(inputSize: number, hiddenSize: number, options: RecurrentOptions = {}) {
    super(inputSize, hiddenSize, options, 3)
  }

  /**
   * @param x (T, B, inputSize), or with `batchFirst` (B, T, inputSize), or (T, inputSize).
   * @param initial (layers · directions, B, H), without B where `x` has none; zeros when left out.
   * @returns the last layer's states over time, (T, B, directions · H), and the last state of each layer.
   * @throws {ShapeError} for other shapes.
   */
  forward(x: Tensor, initial: Tensor | null = null): [output: Tensor, last: Tensor] {
    const { output, states } = this.run(gruCell, x, initial && [initial])
    return [output, states[0]!]
  }
}
