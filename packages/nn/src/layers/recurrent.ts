import {
  type Cell,
  cat,
  checkDropProbability,
  checkOptions,
  type Device,
  type DType,
  dropout,
  empty,
  formatShape,
  linear,
  recurrence,
  ShapeError,
  sameShape,
  stack,
  type Tensor,
  warn,
  zeros,
} from '@rungs/autograd'
import { checkTensor, checkWidth } from '../check.ts'
import { uniform_ } from '../init.ts'
import { Module, nameOf } from '../module.ts'
import { type Parameter, parameter } from '../parameter.ts'
import { float, repr } from '../repr.ts'

export interface RecurrentOptions {
  /** How many layers stand on each other; 1 when left out. */
  readonly numLayers?: number
  /** Add biases; true when left out. */
  readonly bias?: boolean
  /** Inputs and outputs are (B, T, …) in place of (T, B, …); false when left out. */
  readonly batchFirst?: boolean
  /** How probable it is, while training, that an element between two layers is dropped; 0 when left out. */
  readonly dropout?: number
  /** A second recurrence beside each, from the end to the start; false when left out. */
  readonly bidirectional?: boolean
  readonly dtype?: DType
  readonly device?: Device
}

const known = ['numLayers', 'bias', 'batchFirst', 'dropout', 'bidirectional', 'dtype', 'device']

/** What a run over a sequence gives: the last layer's hidden states, and all layers' last states. */
interface Run {
  readonly output: Tensor
  readonly states: readonly Tensor[]
}

/**
 * Recurrences over time, layer on layer. The parameters of layer 0 are `weightIhL0` (gates · H, inputSize), `weightHhL0`
 * (gates · H, H), `biasIhL0` and `biasHhL0` (gates · H); those of the backward direction end in `Reverse`. All start uniform in
 * ±1/√hiddenSize, drawn in this order from the default stream: the numbers that PyTorch's layers draw.
 */
export abstract class Recurrent extends Module {
  readonly inputSize: number
  readonly hiddenSize: number
  readonly numLayers: number
  readonly bias: boolean
  readonly batchFirst: boolean
  dropout: number
  readonly bidirectional: boolean
  readonly [weight: `weight${'Ih' | 'Hh'}L${string}`]: Parameter
  readonly [bias: `bias${'Ih' | 'Hh'}L${string}`]: Parameter

  /** @throws {RungsError} unless all sizes are positive integers, and `dropout` is a probability. */
  constructor(inputSize: number, hiddenSize: number, options: RecurrentOptions, gates: number) {
    super()
    checkOptions(options, known, nameOf(this))
    const {
      numLayers = 1,
      bias = true,
      batchFirst = false,
      dropout: p = 0,
      bidirectional = false,
      ...placement
    } = options
    this.inputSize = checkWidth(nameOf(this), 'inputSize', inputSize)
    this.hiddenSize = checkWidth(nameOf(this), 'hiddenSize', hiddenSize)
    this.numLayers = checkWidth(nameOf(this), 'numLayers', numLayers)
    this.bias = bias
    this.batchFirst = batchFirst
    this.dropout = checkDropProbability(p)
    this.bidirectional = bidirectional
    if (p > 0 && numLayers === 1) {
      warn(
        'dropout option adds dropout after all but last recurrent layer, so non-zero dropout expects num_layers greater than ' +
          `1, but got dropout=${p} and num_layers=1`,
      )
    }
    const made = (...shape: number[]): Parameter => parameter(empty(shape, placement))
    const height = gates * hiddenSize
    for (const { layer, suffix } of this.passes()) {
      const width = layer === 0 ? inputSize : hiddenSize * this.directions
      Object.assign(this, {
        [`weightIh${suffix}`]: made(height, width),
        [`weightHh${suffix}`]: made(height, hiddenSize),
      })
      if (bias) Object.assign(this, { [`biasIh${suffix}`]: made(height), [`biasHh${suffix}`]: made(height) })
    }
    this.resetParameters()
  }

  /** Draw new values. */
  resetParameters(): void {
    const bound = 1 / Math.sqrt(this.hiddenSize)
    for (const each of this.parameters()) uniform_(each, -bound, bound)
  }

  override extraRepr(): string {
    const { inputSize, hiddenSize, numLayers, bias, batchFirst, bidirectional } = this
    const rest = repr({
      ...(numLayers !== 1 && { num_layers: numLayers }),
      ...(!bias && { bias }),
      ...(batchFirst && { batch_first: batchFirst }),
      ...(this.dropout !== 0 && { dropout: float(this.dropout) }),
      ...(bidirectional && { bidirectional }),
    })
    return [inputSize, hiddenSize, ...(rest === '' ? [] : [rest])].join(', ')
  }

  /** @param initial one for each state of the cell, (layers · directions, B, H); zeros when null. */
  protected run(cell: Cell, x: Tensor, initial: readonly Tensor[] | null): Run {
    const batched = this.checkInput(x)
    const sequence = batched ? (this.batchFirst ? x.transpose(0, 1) : x) : x.unsqueeze(1)
    const states = this.initialStates(cell, sequence, batched, initial)
    const last: Tensor[][] = states.map(() => [])
    let below = sequence
    let outputs: Tensor[] = []
    for (const { layer, suffix, index, backward } of this.passes()) {
      if (!backward && layer > 0) {
        below = dropout(joined(outputs), { p: this.dropout, training: this.training })
        outputs = []
      }
      const projected = linear(below, this[`weightIh${suffix}`]!, this[`biasIh${suffix}`])
      const all = recurrence(
        cell,
        backward ? projected.flip(0) : projected,
        this[`weightHh${suffix}`]!,
        this[`biasHh${suffix}`] ?? null,
        states.map((state) => state.select(0, index)),
      )
      const hidden = all.select(0, 0)
      outputs.push(backward ? hidden.flip(0) : hidden)
      last.forEach((list, k) => {
        list.push(all.select(0, k).select(0, -1))
      })
    }
    const output = joined(outputs)
    const ends = last.map((list) => stack(list, 0))
    if (!batched) return { output: output.squeeze(1), states: ends.map((end) => end.squeeze(1)) }
    return { output: this.batchFirst ? output.transpose(0, 1) : output, states: ends }
  }

  private get directions(): number {
    return this.bidirectional ? 2 : 1
  }

  /** Layer by layer, forward and backward, with what the names of the parameters end in. */
  private passes(): { layer: number; suffix: `L${string}`; index: number; backward: boolean }[] {
    return Array.from({ length: this.numLayers * this.directions }, (_, index) => {
      const layer = Math.floor(index / this.directions)
      const backward = index % this.directions === 1
      return { layer, suffix: `L${layer}${backward ? 'Reverse' : ''}`, index, backward }
    })
  }

  /** Whether there is a batch. @throws {ShapeError} for another shape. */
  private checkInput(x: Tensor): boolean {
    const { ndim, shape } = checkTensor(x, nameOf(this))
    if (ndim !== 2 && ndim !== 3) {
      throw new ShapeError(`${nameOf(this)}: Expected input to be 2-D or 3-D but received ${ndim}-D tensor`)
    }
    if (shape.at(-1) !== this.inputSize) {
      throw new ShapeError(
        `input.size(-1) must be equal to input_size. Expected ${this.inputSize}, got ${shape.at(-1)}: ${nameOf(this)} of ` +
          formatShape(shape),
      )
    }
    if (shape[ndim === 3 && this.batchFirst ? 1 : 0] === 0) {
      throw new ShapeError(
        `Expected sequence length to be larger than 0 in RNN: ${nameOf(this)} of ${formatShape(shape)}`,
      )
    }
    return ndim === 3
  }

  /** With a batch. @throws {ShapeError} for another shape. */
  private initialStates(
    cell: Cell,
    { shape: [, batch], dtype, device }: Tensor,
    batched: boolean,
    initial: readonly Tensor[] | null,
  ): readonly Tensor[] {
    const shape = [this.numLayers * this.directions, batch!, this.hiddenSize]
    if (initial === null) return Array.from({ length: cell.states }, () => zeros(shape, { dtype, device }))
    return initial.map((state, k) => {
      const { ndim } = checkTensor(state, nameOf(this))
      if (ndim !== (batched ? 3 : 2)) {
        const rule = batched
          ? 'For batched 3-D input, hx should also be 3-D'
          : 'For unbatched 2-D input, hx should also be 2-D'
        throw new ShapeError(`${rule} but got ${ndim}-D tensor: ${nameOf(this)}`)
      }
      const whole = batched ? state : state.unsqueeze(1)
      if (sameShape(whole.shape, shape)) return whole
      const name = cell.states === 1 ? 'hidden' : `hidden[${k}]`
      const expected = batched ? shape : [shape[0]!, this.hiddenSize]
      throw new ShapeError(
        `Expected ${name} size ${formatShape(expected)}, got ${formatShape(state.shape)}: ${nameOf(this)}`,
      )
    })
  }
}

/** The outputs of both directions side by side. */
const joined = (outputs: readonly Tensor[]): Tensor => (outputs.length === 1 ? outputs[0]! : cat([...outputs], 2))
