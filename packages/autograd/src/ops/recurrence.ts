import * as nd from '@rungs/ndarray'
import { composed, type Expr, expr, formulas as f, type NDArray, type Program, program } from '@rungs/ndarray'
import { grad } from '../grad.ts'
import { isGradEnabled } from '../gradMode.ts'
import type { Context, Gradients } from '../graph.ts'
import { defineOperator } from '../operator.ts'
import { Tensor } from '../tensor.ts'
import { derive } from './derive.ts'
import { Formula } from './formula.ts'
import { stack } from './join.ts'
import { linear } from './products.ts'

/** What a gate is made of: the projections of a step's input and of the hidden state before it. */
export interface Projections {
  readonly x: Expr
  readonly h: Expr
}

/**
 * One step of a recurrence, elementwise: new states from gates and old states. The first state is the hidden one, which is
 * projected. All new states are one kernel, and so are all gradients of a step.
 */
export class Cell {
  readonly name: string
  readonly gates: number
  readonly states: number
  readonly formulas: readonly Formula[]
  readonly forward: Program
  readonly backward: Program
  /** The gradients of both projections of a gate are the same, for every gate. */
  readonly shared: boolean

  constructor(
    name: string,
    gates: number,
    states: number,
    next: (gates: readonly Projections[], states: readonly Expr[]) => readonly Expr[],
  ) {
    this.name = name
    this.gates = gates
    this.states = states
    // Inputs of the formulas: projections of x, then of h, gate by gate; old states. In backward the upstream gradients of the
    // new states follow, and what the step after says of them, by way of the states themselves and of the projection.
    const places = (from: number, count: number): Expr[] =>
      Array.from({ length: count }, (_, i) => expr.input(from + i))
    const [x, h, old] = [places(0, gates), places(gates, gates), places(2 * gates, states)]
    const values = next(
      x.map((each, i) => ({ x: each, h: h[i]! })),
      old,
    )
    const [upstream, later] = [places(2 * gates + states, states), places(2 * gates + 2 * states, states)]
    const projected = expr.input(2 * gates + 3 * states)
    const total = values
      .map((value, k) => {
        const direct = f.add(upstream[k]!, later[k]!)
        return f.mul(k === 0 ? f.add(direct, projected) : direct, value)
      })
      .reduce((sum, part) => f.add(sum, part))
    const by = (input: Expr): Expr => derive(total, input) ?? expr.constant(0)
    const [ofX, ofH, ofOld] = [x.map(by), h.map(by), old.map(by)]
    this.formulas = values.map((value) => Formula.derived(name, value))
    this.forward = program(...values)
    this.shared = ofX.every((each, i) => each === ofH[i])
    this.backward = program(...ofX, ...(this.shared ? [] : ofH), ...ofOld)
  }
}

/**
 * A recurrence over time: at each step `states = cell(x[t], weight · hidden + bias, states)`.
 *
 * One node for all steps. Forward takes two kernels a step, the projection and the cell; backward too, and one product for the
 * gradient of the weight over all of time. Gradients of gradients go through `stepByStep`.
 * @param x projections of the inputs, (T, B, gates · H). @param weight (gates · H, H). @param bias (gates · H) or null.
 * @param initial states before the first step, (B, H) each.
 * @returns all states after each step, (states, T, B, H).
 */
export const recurrence = (
  cell: Cell,
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null,
  initial: readonly Tensor[],
): Tensor => operator([x, weight, bias, ...initial], cell, bias !== null)

type Inputs = readonly [x: Tensor, weight: Tensor, bias: Tensor | null, ...initial: Tensor[]]

const operator = defineOperator({
  name: 'Recurrence',
  forward(ctx: Context, [x, weight, bias, ...initial]: Inputs, cell: Cell, _hasBias: boolean) {
    const [steps, batch, width] = [x.shape[0]!, x.shape[1]!, weight.shape[1]!]
    const { dtype, device } = x
    const [states, ...projections] = composed(() => {
      const all = nd.empty([cell.states, steps + 1, batch, width], { dtype, device })
      initial.forEach((state, k) => {
        nd.updateInPlace(cell.name, COPY, [stateAt(all, k, 0)], [state.array])
      })
      const projected: NDArray[] = []
      for (let t = 0; t < steps; t++) {
        projected.push(nd.linear(stateAt(all, 0, t), weight.array, bias?.array))
        const gates = [...gatesOf(nd.select(x.array, 0, t), width), ...gatesOf(projected[t]!, width)]
        nd.updateInPlace(cell.name, cell.forward, statesAt(all, t + 1), [...gates, ...statesAt(all, t)])
      }
      return [all, ...projected] as const
    })
    ctx.save(x, weight, bias, ...initial, ...[states, ...projections].map((array) => new Tensor(array)))
    return states.slice(1, 1)
  },
  backward(ctx, upstream, cell, hasBias): Gradients {
    const count = 3 + cell.states
    const read = (i: number): Tensor | null => (i === 2 && !hasBias ? null : ctx.saved(i))
    const inputs = Array.from({ length: count }, (_, i) => read(i)) as unknown as Inputs
    if (isGradEnabled()) return recorded(ctx, inputs, upstream, cell)
    const [{ array: x }, { array: weight }] = inputs
    const [steps, batch, width] = [x.shape[0]!, x.shape[1]!, weight.shape[1]!]
    const { dtype, device } = x
    const states = ctx.saved(count).array
    const gradients = composed(() => {
      const ofX = nd.empty(x.shape, { dtype, device })
      const ofH = cell.shared ? ofX : nd.empty(x.shape, { dtype, device })
      const later = Array.from({ length: cell.states }, () => nd.zeros([batch, width], { dtype, device }))
      let projected = nd.zeros([batch, width], { dtype, device })
      for (let t = steps - 1; t >= 0; t--) {
        const [toX, toH] = [nd.select(ofX, 0, t), nd.select(ofH, 0, t)]
        const outs = [...gatesOf(toX, width), ...(cell.shared ? [] : gatesOf(toH, width)), ...later]
        const gates = [...gatesOf(nd.select(x, 0, t), width), ...gatesOf(ctx.saved(count + 1 + t).array, width)]
        const given = [...gates, ...statesAt(states, t), ...statesAt(upstream.array, t), ...later, projected]
        nd.updateInPlace(cell.name, cell.backward, outs, given)
        projected = nd.contract(cell.name, toH, weight, { batch: 0, m: 1, n: 1, k: 1 })
      }
      const before = nd.select(states, 0, 0).slice(0, 0, steps)
      const ofWeight = nd.contract(cell.name, ofH.permute([2, 0, 1]), before, { batch: 0, m: 1, n: 1, k: 2 })
      return [ofX, ofWeight, nd.sum(ofH, [0, 1]), nd.add(later[0]!, projected), ...later.slice(1)]
    })
    return gradients.map((array, i) => (ctx.needs(i) ? new Tensor(array) : null))
  },
})

const COPY = program(f.x0)

/** State `k` after `t` steps. */
const stateAt = (states: NDArray, k: number, t: number): NDArray => nd.select(nd.select(states, 0, k), 0, t)
const statesAt = (states: NDArray, t: number): NDArray[] =>
  Array.from({ length: states.shape[0]! }, (_, k) => stateAt(states, k, t))
/** (B, gates · H) as one (B, H) for each gate. */
const gatesOf = (x: NDArray, width: number): NDArray[] =>
  Array.from({ length: x.shape[1]! / width }, (_, i) => x.slice(1, i * width, (i + 1) * width))

/** The same gradients by the rules of single operations, so that they have gradients themselves. */
function recorded(ctx: Context, inputs: Inputs, upstream: Tensor, cell: Cell): Gradients {
  const wanted = inputs.filter((_, i) => ctx.needs(i)) as Tensor[]
  const found = grad([stepByStep(cell, inputs)], wanted, { gradOutputs: [upstream], createGraph: true })
  return inputs.map((_, i) => (ctx.needs(i) ? found.shift()! : null))
}

/** `recurrence`, operation by operation. */
function stepByStep(cell: Cell, [x, weight, bias, ...initial]: Inputs): Tensor {
  const width = weight.shape[1]!
  const gates = (row: Tensor): Tensor[] =>
    Array.from({ length: cell.gates }, (_, i) => row.slice(1, i * width, (i + 1) * width))
  let states: readonly Tensor[] = initial
  const steps: Tensor[] = []
  for (let t = 0; t < x.shape[0]!; t++) {
    const given = [...gates(x.select(0, t)), ...gates(linear(states[0]!, weight, bias)), ...states]
    states = cell.formulas.map((formula) => formula.apply(given))
    steps.push(stack([...states], 0))
  }
  return stack(steps, 1)
}
