import type { Accuracy } from '../conformance/accuracy.ts'
import type { DType } from '../conformance/module.ts'
import { isFloat, ulp } from '../conformance/numbers.ts'
import { apply, cast } from '../conformance/reference.ts'
import type { Node } from './graph.ts'

/** A number and how far a device may be from it. An infinite error says that nothing can be said. */
export interface Bounded {
  readonly value: number
  readonly error: number
}

export const unknown = (value: number): Bounded => ({ value, error: Number.POSITIVE_INFINITY })
const LEAST = 2 ** -126
const MOST = 3.4028e38
const { abs, max, min, exp, expm1, sqrt, log } = Math

/** What the leaves of a graph are at one position. */
export interface Position {
  readonly inputs: readonly number[]
  readonly scalars: readonly number[]
  readonly coords: readonly number[]
}

/** Evaluate a graph at one position, errors carried along; `known` holds nodes that have been evaluated there. */
export function evaluate(node: Node, at: Position, accuracy: Accuracy, known: Map<Node, Bounded>): Bounded {
  const found = known.get(node)
  if (found !== undefined) return found
  const args = node.args.map((arg) => evaluate(arg, at, accuracy, known))
  const result = settle(node.dtype, compute(node, args, at, accuracy))
  known.set(node, result)
  return result
}

/** A result next to zero may have been flushed, one next to the largest number may have overflowed. */
function settle(dtype: DType, { value, error }: Bounded): Bounded {
  if (!isFloat(dtype) || !Number.isFinite(value)) return { value, error }
  if (Number.isNaN(error) || abs(value) + error > MOST) return unknown(value)
  const tiny = (value !== 0 || error > 0) && abs(value) - error < LEAST
  return { value, error: tiny ? error + LEAST : error }
}

function compute(node: Node, args: readonly Bounded[], at: Position, accuracy: Accuracy): Bounded {
  const { op, dtype, value } = node
  switch (op) {
    case 'input':
      return { value: at.inputs[value]!, error: 0 }
    case 'scalar':
      return { value: cast(at.scalars[value]!, 'float32', dtype), error: 0 }
    case 'coord':
      return { value: at.coords[value]!, error: 0 }
    case 'const':
      return { value, error: 0 }
    case 'where':
      return chosen(args[0]!, args[1]!, args[2]!)
    case 'cast':
      return converted(args[0]!, node.args[0]!.dtype, dtype, accuracy)
    default:
      return operated(op, node.args[0]!.dtype, args, accuracy)
  }
}

function chosen(condition: Bounded, yes: Bounded, no: Bounded): Bounded {
  const taken = condition.value === 0 ? no : yes
  return condition.error === 0 ? taken : unknown(taken.value)
}

/** The same at both ends of the interval, so in all of it: for functions that never turn. */
const steady = (x: Bounded, f: (x: number) => number): Bounded => {
  const value = f(x.value)
  return x.error === 0 || f(x.value - x.error) === f(x.value + x.error) ? { value, error: 0 } : unknown(value)
}

function converted(x: Bounded, from: DType, to: DType, accuracy: Accuracy): Bounded {
  if (!isFloat(from)) {
    const value = cast(x.value, from, to)
    return { value, error: x.error > 0 ? Number.POSITIVE_INFINITY : accuracy.error('cast', to, [x.value], value) }
  }
  if (isFloat(to)) return { value: cast(x.value, from, to), error: x.error }
  if (to === 'bool' && x.value !== 0 && abs(x.value) > x.error) return { value: 1, error: 0 }
  if (to === 'bool' && x.error > 0) return unknown(cast(x.value, from, to))
  return steady(x, (y) => cast(y, from, to))
}

const stepwise: ReadonlySet<string> = new Set(['floor', 'ceil', 'trunc', 'round', 'sign'])
const comparisons: ReadonlySet<string> = new Set(['lt', 'le', 'gt', 'ge', 'eq', 'ne'])

function operated(op: string, of: DType, args: readonly Bounded[], accuracy: Accuracy): Bounded {
  const values = args.map((x) => x.value)
  const value = apply(op, of, values)
  const exact = args.every((x) => x.error === 0)
  if (!isFloat(of)) return exact ? { value, error: 0 } : unknown(value)
  if (args.some((x) => x.error === Number.POSITIVE_INFINITY)) return unknown(value)
  if (op === 'isNaN') return { value, error: 0 }
  if (comparisons.has(op)) return exact || apart(args[0]!, args[1]!) ? { value, error: 0 } : unknown(value)
  // Signs of zero are not carried along.
  if (value === 0 && divides.has(op) && values[1] === 0) return unknown(value)
  if (!values.every(Number.isFinite)) {
    if (!exact) return unknown(value)
    return { value, error: 2 * accuracy.error(op, of, values, value) }
  }
  if (stepwise.has(op)) return steady(args[0]!, (x) => apply(op, of, [x]))
  if (!Number.isFinite(value) && !(exact && Number.isNaN(value))) return unknown(value)
  if (Number.isNaN(value)) return { value, error: 0 }
  const carried = exact ? 0 : (carry[op]?.(args[0]!, args[1] ?? args[0]!, value) ?? Number.POSITIVE_INFINITY)
  if (divides.has(op) && abs(values[1]!) <= args[1]!.error) return unknown(value)
  // A result next to the middle between two numbers is rounded to either of them when an operand moves at all.
  const rounding = exact || !Number.isFinite(value) ? 0 : ulp(value, of)
  return { value, error: carried + rounding + 2 * accuracy.error(op, of, values, value) }
}

const divides: ReadonlySet<string> = new Set(['div', 'floorDiv', 'remainder'])
const apart = (a: Bounded, b: Bounded): boolean =>
  Number.isNaN(a.value) ||
  Number.isNaN(b.value) ||
  a.value + a.error < b.value - b.error ||
  a.value - a.error > b.value + b.error

/** How errors of the operands move the result: bounds on derivatives over the interval. */
const carry: Readonly<Record<string, (a: Bounded, b: Bounded, value: number) => number>> = {
  neg: (a) => a.error,
  abs: (a) => a.error,
  add: (a, b) => a.error + b.error,
  sub: (a, b) => a.error + b.error,
  mul: (a, b) => abs(a.value) * b.error + abs(b.value) * a.error + a.error * b.error,
  div: (a, b, value) => quotientError(a, b, value),
  sqrt: (a) => (a.value > a.error ? a.error / (2 * sqrt(a.value - a.error)) : Number.POSITIVE_INFINITY),
  exp: (a, _, value) => value * expm1(a.error),
  expm1: (a) => exp(a.value) * expm1(a.error),
  log: (a) => (a.value > a.error ? a.error / (a.value - a.error) : Number.POSITIVE_INFINITY),
  log1p: (a) => (1 + a.value > a.error ? a.error / (1 + a.value - a.error) : Number.POSITIVE_INFINITY),
  sin: (a) => min(a.error, 2),
  cos: (a) => min(a.error, 2),
  tanh: (a) => min(a.error, 2),
  max: (a, b) => max(a.error, b.error),
  min: (a, b) => max(a.error, b.error),
  pow(a, b, value) {
    if (a.value <= a.error) return Number.POSITIVE_INFINITY
    const [low, high] = [log(a.value - a.error), log(a.value + a.error)]
    const relative = (abs(b.value) + b.error) * (high - low) + max(abs(low), abs(high)) * b.error
    return abs(value) * expm1(relative)
  },
  floorDiv(a, b) {
    const turns = wholeTurns(a, b)
    return turns === null ? Number.POSITIVE_INFINITY : 0
  },
  remainder(a, b) {
    const turns = wholeTurns(a, b)
    return turns === null ? Number.POSITIVE_INFINITY : a.error + abs(turns) * b.error
  },
}

function quotientError(a: Bounded, b: Bounded, value: number): number {
  const least = abs(b.value) - b.error
  return least > 0 ? (a.error + abs(value) * b.error) / least : Number.POSITIVE_INFINITY
}

/** The quotient rounded down, where it is one over the whole interval. */
function wholeTurns(a: Bounded, b: Bounded): number | null {
  const quotient = a.value / b.value
  const error = quotientError(a, b, quotient) + abs(quotient) * 2 ** -20
  const turns = Math.floor(quotient - error)
  return turns === Math.floor(quotient + error) ? turns : null
}
