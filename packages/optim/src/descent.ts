import { type Expr, formulas as f } from '@rungs/autograd'
import type { Options } from './optimizer.ts'
import type { Form, Results, Symbols } from './rule.ts'

/** Options of optimisers that descend along a gradient, with weights that decay. */
export interface DescentOptions extends Options {
  /** Times the parameter, added to its gradient: the gradient of half the square of its norm. */
  weightDecay: number
  /** Climb instead of descend. */
  maximize: boolean
}

/** Options of those whose decay may stand apart from the gradient. */
export interface DecoupledOptions extends DescentOptions {
  /**
   * Decay takes `lr · weightDecay · param` from the parameter itself instead, whatever becomes of the gradient
   * (I. Loshchilov and F. Hutter, Decoupled weight decay regularization, 2019).
   */
  decoupledWeightDecay: boolean
}

/** Names that every rule may read. */
export type Given = 'param' | 'grad' | 'lr' | 'weightDecay' | 'keep'

/** Where a step starts, and the gradient that it follows. */
export function descent(
  form: Form<DescentOptions> & Partial<Form<DecoupledOptions>>,
  x: Symbols<Given>,
): { readonly start: Expr; readonly grad: Expr } {
  const grad = form.maximize ? f.neg(x.grad) : x.grad
  if (!form.weightDecay) return { start: x.param, grad }
  if (form.decoupledWeightDecay) return { start: f.mul(x.param, x.keep), grad }
  return { start: x.param, grad: f.add(grad, f.mul(x.weightDecay, x.param)) }
}

/** With decoupled decay, the number `keep`: the part of a parameter that one step leaves. */
export const keeping = (form: Form<DecoupledOptions>, x: Symbols<Given>): Results =>
  form.decoupledWeightDecay && form.weightDecay ? { keep: f.sub(1, f.mul(x.lr, x.weightDecay)) } : {}

/** `decay · average + (1 - decay) · value`; with `rest` as 1 - decay in full precision. */
export const blend = (average: Expr, decay: Expr, value: Expr, rest: Expr): Expr =>
  f.add(f.mul(average, decay), f.mul(value, rest))

/** `1 - decayᵗ`: with `logDecay` as ln decay, -expm1(t · ln decay) keeps all digits where 1 - 0.999 in float32 loses four. */
export const correction = (t: Expr, logDecay: Expr): Expr => f.neg(f.expm1(f.mul(t, logDecay)))

/** Scalars of two averages, of gradients and of their squares. */
export const averaging = (beta1: number, beta2: number): Record<Averaging, number> => ({
  beta1,
  beta2,
  rest1: 1 - beta1,
  rest2: 1 - beta2,
  logBeta1: Math.log(beta1),
  logBeta2: Math.log(beta2),
})

export type Averaging = 'beta1' | 'beta2' | 'rest1' | 'rest2' | 'logBeta1' | 'logBeta2'
