import {
  type Dims,
  type Expr,
  elementwise,
  expr,
  formulas as f,
  isFloat,
  type NDArray,
  type Program,
  program,
  reduce,
  type Scalar,
  type Shape,
  sameShape,
  zerosLike,
} from '@rungs/ndarray'
import { isGradEnabled } from '../gradMode.ts'
import { edgeOf, type Gradients, Node, type Rule, Saved } from '../graph.ts'
import { isTracked } from '../operator.ts'
import { broadcastDims } from '../sumTo.ts'
import { Tensor } from '../tensor.ts'
import { derive } from './derive.ts'

/** What a derivative is written in: inputs, the upstream gradient, the result; `expr.scalar(i)` are the call's numbers. */
export const a: Expr = f.x0
export const b: Expr = f.x1
export const c: Expr = f.x2
/** Beyond any number of inputs, and few enough for a mask of bits. */
const UPSTREAM = 30
const RESULT = 29
export const g: Expr = expr.input(UPSTREAM)
export const y: Expr = expr.input(RESULT)
/** A derivative that is zero everywhere, of an operation that gradients still reach. */
export const ZERO: Expr = expr.constant(0)

/** A gradient formula over the places that it reads, in their order. */
interface Gradient {
  readonly formula: Formula
  readonly reads: readonly number[]
  /** Bit i: place i is read. */
  readonly mask: number
}

/**
 * An elementwise operation with a gradient formula for each input: one kernel forward, one for each gradient. What a
 * gradient formula reads is what is saved, so nothing is declared twice. Gradient formulas are formulas again, whose own
 * gradients are derived from their text: they go on to any order.
 */
export class Formula implements Rule {
  readonly name: string
  private readonly rules: readonly (Expr | null)[] | null
  private readonly expr: Expr | null
  private compiled: Program | null = null
  private readonly gradients: (Gradient | null | undefined)[] = []

  private constructor(name: string, rules: readonly (Expr | null)[] | null, expr: Expr | null) {
    this.name = name
    this.rules = rules
    this.expr = expr
  }

  /** With a gradient formula by input, null where there is none; `value`, over `a`, `b` and `c`, where `apply` is used. */
  static withGradients(name: string, rules: readonly (Expr | null)[], value: Expr | null = null): Formula {
    return new Formula(name, rules, value)
  }
  /** With gradients derived from the value, which is over `a`, `b` and `c`. */
  static derived(name: string, value: Expr): Formula {
    return new Formula(name, null, value)
  }

  /** The value of a derived formula. */
  apply(inputs: readonly Tensor[], scalars: readonly Scalar[] = NO_SCALARS): Tensor {
    const arrays = inputs.map((x) => x.array)
    return this.record(elementwise(this.name, this.program, arrays, scalars), inputs, scalars)
  }

  /**
   * The sum of the formula over dims, which stay at size 1: one kernel, which writes no terms. A recorded one takes two,
   * each with a rule.
   */
  applySummed(inputs: readonly Tensor[], dims: Dims, scalars: readonly Scalar[] = NO_SCALARS): Tensor {
    if (isGradEnabled()) return this.apply(inputs, scalars).sum(dims, { keepdim: true })
    const arrays = inputs.map((x) => x.array)
    return new Tensor(reduce(this.name, 'sum', this.program, arrays, dims, true, scalars))
  }

  /** The formula, whose result has shape `from`, summed over the dims along which a tensor of shape `to` broadcasts to that. */
  applySummedTo(to: Shape, from: Shape, inputs: readonly Tensor[], scalars: readonly Scalar[] = NO_SCALARS): Tensor {
    if (sameShape(to, from)) return this.apply(inputs, scalars)
    return this.applySummed(inputs, broadcastDims(from, to), scalars).reshape(to)
  }

  /** The formula is its only input. */
  get isIdentity(): boolean {
    return this.expr === a
  }

  get program(): Program {
    this.compiled ??= program(this.expr ?? ZERO)
    return this.compiled
  }

  /** A tensor of `array`, which is this formula of the inputs; recorded where one of them is tracked. */
  record(array: NDArray, inputs: readonly Tensor[], scalars: readonly Scalar[] = NO_SCALARS): Tensor {
    const out = new Tensor(array)
    if (!isGradEnabled()) return out
    let tracked = false
    for (let i = 0; i < inputs.length; i++) if (isTracked(inputs[i]!)) tracked = true
    if (!tracked || !isFloat(array.dtype)) return out
    const edges = new Array<Node | null>(inputs.length)
    let mask = 0
    let differentiable = false
    for (let i = 0; i < inputs.length; i++) {
      const x = inputs[i]!
      const gradient = x.requiresGrad ? this.gradient(i) : null
      edges[i] = gradient === null ? null : edgeOf(x)
      if (gradient === null) continue
      mask |= gradient.mask
      differentiable = true
    }
    if (!differentiable) return out
    const node = new Node(this, edges, scalars, array)
    out.track(node)
    if ((mask & ~(1 << UPSTREAM)) !== 0) node.kept = keep(mask, inputs, out, node)
    return out
  }

  backward(node: Node, upstream: Tensor): Gradients {
    const gradients = new Array<Tensor | null>(node.edges.length)
    for (let i = 0; i < gradients.length; i++) {
      gradients[i] = node.needs(i) ? evaluate(this.gradient(i)!, node, upstream, node.shapeOf(i)) : null
    }
    return gradients
  }

  /** The gradient of input `i`, for a formula whose gradients do not read its result. */
  gradientOf(i: number, inputs: readonly Tensor[], upstream: Tensor, scalars: readonly Scalar[]): Tensor | null {
    const gradient = this.gradient(i)
    const read = (place: number): Tensor => (place === UPSTREAM ? upstream : inputs[place]!)
    return gradient === null ? null : gradient.formula.apply(gradient.reads.map(read), scalars)
  }

  private gradient(i: number): Gradient | null {
    let found = this.gradients[i]
    if (found === undefined) {
      const rule = this.rules === null ? derivedGradient(this.expr!, i) : this.rules[i]!
      found = rule === null ? null : compile(`${this.name}Backward`, rule)
      this.gradients[i] = found
    }
    return found
  }
}

const NO_SCALARS: readonly Scalar[] = []

/** Inputs by number, then the result, where gradients read them. */
function keep(mask: number, inputs: readonly Tensor[], out: Tensor, node: Node): (Saved | null)[] {
  const count = inputs.length
  const kept = new Array<Saved | null>(count)
  for (let i = 0; i < count; i++) kept[i] = (mask & (1 << i)) === 0 ? null : new Saved(inputs[i]!)
  if ((mask & (1 << RESULT)) !== 0) kept[count] = new Saved(out, node)
  return kept
}

function evaluate({ formula, reads }: Gradient, node: Node, upstream: Tensor, shape: Shape): Tensor {
  if (reads.length === 0) return new Tensor(zerosLike(upstream.array))
  if (formula.isIdentity) return upstream
  const inputs = reads.map((place) =>
    place === UPSTREAM ? upstream : node.saved(place === RESULT ? node.edges.length : place),
  )
  const scalars = node.options as readonly Scalar[]
  return formula.applySummedTo(shape, upstream.shape, inputs, scalars)
}

/** The gradient of a formula of its input `i`: the upstream gradient times the derivative. */
function derivedGradient(formula: Expr, i: number): Expr | null {
  const derivative = derive(formula, expr.input(i))
  return derivative === null ? null : f.mul(g, derivative)
}

/** A gradient formula with the places it reads numbered from 0, as a program wants its inputs. */
function compile(name: string, rule: Expr): Gradient {
  const places = new Set<number>()
  expr.rebuild(rule, (node) => {
    if (node.op === 'input') places.add(node.value)
    return null
  })
  const reads = [...places].sort((p, q) => p - q)
  const dense = expr.rebuild(rule, (node) => (node.op === 'input' ? expr.input(reads.indexOf(node.value)) : null))
  const mask = reads.reduce((bits, place) => bits | (1 << place), 0)
  return { formula: Formula.derived(name, dense), reads, mask }
}
