import type { Accuracy } from './accuracy.ts'
import type { DType } from './module.ts'
import { flushed, isFloat } from './numbers.ts'
import { apply, cast } from './reference.ts'

/** A device gave something else than it should; the message says what, where, and what was expected. */
export class ConformanceError extends Error {
  override readonly name: string = 'ConformanceError'
}

/** A test: rejects with a `ConformanceError`, or whatever the device throws. */
export interface ConformanceCase {
  readonly name: string
  run(): Promise<void>
}

const show = (value: number | undefined): string => (Object.is(value, -0) ? '-0' : String(value))

/** The same number, NaN and the sign of zero included. */
export function expectSame(what: string, actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  expectEach(
    what,
    actual,
    expected.length,
    (value, i) => Object.is(value, expected[i]),
    (i) => show(expected[i]),
  )
}

/** Every element passes; the message tells the first that does not, and how many. */
export function expectEach(
  what: string,
  actual: ArrayLike<number>,
  count: number,
  accepts: (value: number, index: number) => boolean,
  wanted: (index: number) => string,
): void {
  if (actual.length !== count) throw new ConformanceError(`${what}: ${actual.length} elements, expected ${count}`)
  let first = -1
  let wrong = 0
  for (let i = 0; i < count; i++) {
    if (accepts(actual[i]!, i)) continue
    if (wrong++ === 0) first = i
  }
  if (wrong > 0) {
    throw new ConformanceError(
      `${what}: ${wrong} of ${count} are wrong; element ${first} is ${show(actual[first])}, expected ${wanted(first)}`,
    )
  }
}

/** A call of one operator on numbers. */
export interface Call {
  readonly op: string
  /** Of the operands, then of the result. */
  readonly from: DType
  readonly to: DType
}

export const exactly = ({ op, from, to }: Call, args: readonly number[]): number =>
  op === 'cast' ? cast(args[0]!, from, to) : apply(op, from, args)

/** Whether `actual` is what an operator may give; see `Accuracy`. */
export function accepts(call: Call, args: readonly number[], actual: number, accuracy: Accuracy): boolean {
  if (isResult(call, args, actual, accuracy)) return true
  if (!accuracy.flushes) return false
  const taken = call.from === 'float32' ? flushings(args) : [args]
  return taken.some((list) => isResult(call, list, actual, accuracy) || isFlushed(call, list, actual, accuracy))
}

function isResult(call: Call, args: readonly number[], actual: number, accuracy: Accuracy): boolean {
  const exact = exactly(call, args)
  if (Object.is(actual, exact)) return true
  if (!isFloat(call.to)) return false
  if (actual === 0 && exact === 0) return !accuracy.zeroSign(call.op, args)
  return Math.abs(actual - exact) <= accuracy.error(call.op, call.to, args, exact)
}

/** A zero, or a subnormal that counts as one, in place of a result that is one or within its error of one. */
function isFlushed(call: Call, args: readonly number[], actual: number, accuracy: Accuracy): boolean {
  if (call.to !== 'float32' || flushed(actual) !== 0) return false
  const exact = exactly(call, args)
  const error = accuracy.error(call.op, call.to, args, exact)
  if (!(Math.abs(exact) - error < 2 ** -126)) return false
  const sameSign = Object.is(flushed(actual), exact * 0)
  return sameSign || error >= Math.abs(exact) || !accuracy.zeroSign(call.op, args)
}

/** The arguments with some of their subnormals flushed, in every way. */
function flushings(args: readonly number[]): number[][] {
  let lists: number[][] = [[]]
  for (const arg of args) {
    const choices = Object.is(flushed(arg), arg) ? [arg] : [arg, flushed(arg)]
    lists = lists.flatMap((list) => choices.map((choice) => [...list, choice]))
  }
  return lists
}

export const describeCall = (call: Call, args: readonly number[]): string =>
  `${show(exactly(call, args))} = ${call.op}(${args.map(show).join(', ')}) of ${call.from}`
