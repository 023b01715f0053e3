import { type Expr, expr, formulas as f } from '@rungs/ndarray'
import { AutogradError } from '../errors.ts'

/** A derivative; null where it is zero everywhere. */
type Derivative = Expr | null
const { constant, unary, where } = expr

/**
 * The derivative of a formula with respect to one of its inputs, by the chain rule over its nodes. It serves gradients of
 * gradients; first derivatives are written by hand, in the table of elementwise operations, where their values at kinks
 * and their behaviour near overflow are chosen.
 */
export function derive(formula: Expr, input: Expr): Derivative {
  const done = new Map<Expr, Derivative>()
  const visit = (node: Expr): Derivative => {
    let found = done.get(node)
    if (found === undefined) {
      found = node === input ? constant(1) : chain(node, visit)
      done.set(node, found)
    }
    return found
  }
  return visit(formula)
}

function chain(node: Expr, d: (node: Expr) => Derivative): Derivative {
  const [a, b, c] = node.args as [Expr, Expr, Expr]
  switch (node.op) {
    case 'add':
      return plus(d(a), d(b))
    case 'sub':
      return plus(d(a), negative(d(b)))
    case 'mul':
      return plus(times(d(a), b), times(d(b), a))
    case 'div': {
      // The quotient rule would say ∞ · 0 where exp(-x) overflows.
      const u = b.args[1]?.args[0]?.args[0]
      if (u !== undefined && node === f.sigmoid(u)) return times(d(u), f.mul(node, f.sub(1, node)))
      return plus(over(d(a), b), negative(over(times(d(b), node), b)))
    }
    case 'pow':
      return plus(
        // At the exponent 0 the power is 1 everywhere; the formula would say 0 · ∞ at 0.
        times(d(a), where(f.eq(b, 0), constant(0), f.mul(b, f.pow(a, f.sub(b, 1))))),
        times(d(b), where(f.eq(a, 0), constant(0), f.mul(node, unary('log', a)))),
      )
    case 'max':
      return extreme(f.gt(a, b), f.eq(a, b), d(a), d(b))
    case 'min':
      return extreme(f.lt(a, b), f.eq(a, b), d(a), d(b))
    case 'remainder':
      return plus(d(a), negative(times(d(b), unary('floor', f.div(a, b)))))
    case 'where':
      // The error function is a rational approximation: its known derivative is shorter, and exact.
      if (a.op === 'isNaN' && node === f.erf(a.args[0]!)) return times(d(a.args[0]!), gaussian(a.args[0]!))
      return choose(a, d(b), d(c))
    case 'neg':
      return negative(d(a))
    case 'abs':
      return times(d(a), unary('sign', a))
    case 'exp':
      return times(d(a), node)
    case 'expm1':
      return times(d(a), f.add(node, 1))
    case 'log':
      return over(d(a), a)
    case 'log1p':
      return over(d(a), f.add(a, 1))
    case 'sqrt':
      return over(d(a), f.mul(2, node))
    case 'sin':
      return times(d(a), unary('cos', a))
    case 'cos':
      return negative(times(d(a), unary('sin', a)))
    case 'tanh':
      return times(d(a), f.sub(1, f.square(node)))
    case 'cast':
      return d(a)
    case 'mulHigh':
    case 'shl':
    case 'shr':
    case 'xor':
      throw new AutogradError(`a formula with the integer operator ${node.op} has no derivative`)
    default:
      return null
  }
}

/** `d/du erf(u)`. */
const gaussian = (u: Expr): Expr => f.mul(2 / Math.sqrt(Math.PI), f.exp(f.neg(f.square(u))))

const isOne = (x: Expr): boolean => x.op === 'const' && x.value === 1
const plus = (a: Derivative, b: Derivative): Derivative => (a === null ? b : b === null ? a : f.add(a, b))
const negative = (a: Derivative): Derivative => (a === null ? null : f.neg(a))
const times = (a: Derivative, b: Expr): Derivative => (a === null ? null : isOne(a) ? b : isOne(b) ? a : f.mul(a, b))
const over = (a: Derivative, b: Expr): Derivative => (a === null ? null : f.div(a, b))
const choose = (condition: Expr, a: Derivative, b: Derivative): Derivative =>
  a === null && b === null ? null : where(condition, a ?? constant(0), b ?? constant(0))

/** Where both operands are equal, each counts half. */
function extreme(first: Expr, tie: Expr, a: Derivative, b: Derivative): Derivative {
  const half = times(plus(a, b), constant(0.5))
  return half === null ? null : where(tie, half, where(first, a ?? constant(0), b ?? constant(0)))
}
