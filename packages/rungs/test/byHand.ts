import { expect } from 'vitest'
import * as r from '../src/index.ts'
import type { Tensor } from './support.ts'

/** A tensor and, once a backward pass has been there, its gradient. */
export class Value {
  g: Tensor | null = null
  readonly t: Tensor
  constructor(t: Tensor) {
    this.t = t
  }
}
const gradient = ({ g }: Value): Tensor => g ?? expect.fail('no gradient has arrived')

const generator = r.torchRng(0)
export const drawn = [[200, 100], [200], [100, 50], [50], [50, 1], [1]].map((shape) =>
  r.randn(shape, { generator }).mul(0.1),
)
export const [x, target] = drawn as [Tensor, Tensor]
/** x, w1, b1, w2 and b2 anew. */
export const fresh = (): Value[] => [x, ...drawn.slice(2)].map((t) => new Value(t))

export const lin = (input: Tensor, w: Tensor, b: Tensor): Tensor => input.mm(w).add(b)
export const relu = (input: Tensor): Tensor => input.clampMin(0)
export const mse = (output: Tensor): Tensor => output.squeeze(-1).sub(target).pow(2).mean()
export const model = ([w1, b1, w2, b2]: readonly Tensor[], input = x): Tensor =>
  lin(relu(lin(input, w1!, b1!)), w2!, b2!)

export function mseGrad(input: Value): void {
  input.g = input.t.squeeze(-1).sub(target).mul(2).unsqueeze(-1).div(input.t.shape[0]!)
}
export function reluGrad(input: Value, out: Value): void {
  input.g = input.t.gt(0).float().mul(gradient(out))
}
export function linGrad(input: Value, out: Value, w: Value, b: Value): void {
  input.g = gradient(out).mm(w.t.t())
  w.g = input.t.t().mm(gradient(out))
  b.g = gradient(out).sum(0)
}

export function forwardAndBackward(v: readonly Value[]): void {
  const [input, w1, b1, w2, b2] = v as [Value, Value, Value, Value, Value]
  const l1 = new Value(lin(input.t, w1.t, b1.t))
  const l2 = new Value(relu(l1.t))
  const out = new Value(lin(l2.t, w2.t, b2.t))
  mseGrad(out)
  linGrad(l2, out, w2, b2)
  reluGrad(l1, l2)
  linGrad(input, l1, w1, b1)
}
