import type { ReduceOp } from './device.ts'
import { commonDevice, elementwise, numbers, reduce, reducedType, settle, signatureOf } from './dispatch.ts'
import { type DType, isFloat, promoteTypes, type Scalar } from './dtype.ts'
import { RungsError } from './errors.ts'
import { type Expr, input, rebuild } from './expr.ts'
import { Layout } from './layout.ts'
import { NDArray } from './ndarray.ts'
import { type Program, program, reachable, type TypedProgram } from './program.ts'
import { broadcastShapes, normalizeDims, type Shape, sameShape } from './shape.ts'
import { updateInPlace } from './updateInPlace.ts'

type RowOp = ReduceOp & ('sum' | 'max')

/** One step over rows. Inputs, then the results of the steps, are numbered one after the other: `reads` are such numbers. */
interface Step<Formula> {
  /** What reduces the formula to one value a row; null where the formula itself is the result. */
  readonly op: RowOp | null
  /** Over what is read, in that order. */
  readonly program: Formula
  readonly reads: readonly number[]
  /** The result has all positions of a row, not one. */
  readonly isWhole: boolean
  /** Which of `reads` was kept and is read here for the last time, so that a whole result may take its place; -1 if none. */
  readonly room: number
}

/** Formulas that need sums or extremes over the rows that they are applied to. Define them at module level. */
export interface RowProgram {
  readonly inputs: number
  readonly scalars: number
  readonly steps: readonly Step<Program>[]
  /** Numbers of steps. */
  readonly results: readonly number[]
  /** By the dtypes of the inputs; null where steps one by one would give other dtypes. */
  readonly typed: Map<string, TypedRows | null>
}

/** A row program with every dtype settled; scalars, and inputs that are floats, are of the first input's dtype. */
export interface TypedRows {
  readonly inputs: number
  readonly steps: readonly Step<TypedProgram>[]
  readonly results: readonly number[]
  readonly scalarTypes: readonly DType[]
  /** Of the results. */
  readonly outTypes: readonly DType[]
}

/** What a row program is written with. Each gives a formula that stands for what it found. */
export interface Row {
  /** Of all positions of a row, as the reductions of these names. */
  sum(x: Expr): Expr
  max(x: Expr): Expr
  /** A formula that others use: where steps are taken one by one, it is computed once. */
  keep(x: Expr): Expr
}

/**
 * Formulas over rows of `inputs` inputs, which broadcast to the shape of the whole:
 *
 * ```ts
 * const softmaxRows = rowProgram(1, (row) => {
 *   const weight = row.keep(f.exp(f.sub(f.x0, row.max(f.x0))))
 *   return [f.div(weight, row.sum(weight))]
 * })
 * ```
 *
 * @throws {RungsError} for a formula that reads no array, or one that is not there.
 */
export function rowProgram(inputs: number, write: (row: Row) => readonly Expr[]): RowProgram {
  const steps: Step<Program>[] = []
  const add = (op: RowOp | null, x: Expr): number => {
    const reads = [...reachable([x])].filter(({ op }) => op === 'input').map(({ value }) => value)
    if (reads.length === 0)
      throw new RungsError('rowProgram: a formula reads no array; use its value where it is needed')
    for (const read of reads) {
      if (read >= inputs + steps.length) {
        throw new RungsError(`rowProgram: a formula reads input ${read}, and there are ${inputs}, numbered from 0`)
      }
    }
    const dense = rebuild(x, (node) => (node.op === 'input' ? input(reads.indexOf(node.value)) : null))
    const isWhole = op === null && reads.some((read) => read < inputs || steps[read - inputs]!.isWhole)
    return steps.push({ op, program: program(dense), reads, isWhole, room: -1 }) - 1
  }
  const found = (op: RowOp | null) => (x: Expr) => input(inputs + add(op, x))
  const results: number[] = []
  for (const x of write({ sum: found('sum'), max: found('max'), keep: found(null) })) {
    const known = x.op === 'input' ? x.value - inputs : -1
    results.push(known < 0 || results.includes(known) ? add(null, x) : known)
  }
  const isKept = (step: number): boolean => step >= 0 && steps[step]!.isWhole && !results.includes(step)
  const isReadAfter = (number: number, read: number): boolean =>
    steps.slice(number + 1).some((step) => step.reads.includes(read))
  const roomOf = ({ reads, isWhole }: Step<Program>, number: number): number =>
    isWhole ? reads.findIndex((read) => isKept(read - inputs) && !isReadAfter(number, read)) : -1
  const placed = steps.map((step, number) => ({ ...step, room: roomOf(step, number) }))
  const scalars = Math.max(...steps.map((step) => step.program.scalars))
  return { inputs, scalars, steps: placed, results, typed: new Map() }
}

const layout = new Layout()
const NONE: readonly never[] = []

/**
 * The results of a row program whose rows go along `dims`, which stay at size 1 where a result has one value a row: in one
 * kernel where the device has one for it, else step by step.
 * @throws {RungsError} for other numbers of inputs or scalars than the program has.
 * @throws {ShapeError} where shapes do not broadcast, or a row without elements has no maximum. @throws {AxisError} for a dim
 * that is not there, or there twice. @throws {DeviceError} where inputs live on two devices.
 */
export function rowwise(
  operation: string,
  source: RowProgram,
  inputs: readonly NDArray[],
  dims: number | readonly number[],
  scalars: readonly Scalar[] = NONE,
): NDArray[] {
  checkCount(operation, 'arrays', source.inputs, inputs)
  checkCount(operation, 'numbers', source.scalars, scalars)
  commonDevice(inputs, operation)
  let shape: Shape = inputs[0]!.shape
  for (let i = 1; i < inputs.length; i++) shape = broadcastShapes(shape, inputs[i]!.shape)
  const space = { shape, dims: normalizeDims(dims, shape.length, operation) }
  return atOnce(operation, source, inputs, space, scalars) ?? stepByStep(operation, source, inputs, space, scalars)
}

function checkCount(operation: string, what: string, expected: number, given: readonly unknown[]): void {
  if (given.length === expected) return
  throw new RungsError(`${operation}: the row program takes ${expected} ${what}, got ${given.length}`)
}

/** Rows go along dims of the shape that all inputs broadcast to. */
interface RowSpace {
  readonly shape: Shape
  readonly dims: readonly number[]
}

/** The results of one kernel; null where the device has none, or is faster without, or where dtypes need promotion. */
function atOnce(
  operation: string,
  source: RowProgram,
  inputs: readonly NDArray[],
  { shape, dims }: RowSpace,
  scalars: readonly Scalar[],
): NDArray[] | null {
  const { device } = inputs[0]!
  const isEmpty = shape.includes(0)
  if (!isEmpty && device.rows === undefined) return null
  if (source.results.length + inputs.length > device.maxBuffers || !isUniform(inputs, scalars)) return null
  const typed = typeRows(operation, source, inputs)
  if (typed === null) return null
  const withOnes = shape.map((size, i) => (dims.includes(i) ? 1 : size))
  const outs = typed.results.map((number, i) =>
    NDArray.allocate(device, typed.outTypes[i]!, typed.steps[number]!.isWhole ? shape : withOnes),
  )
  const operands = [...outs, ...inputs]
  // Where there are no rows, or none has an element, nothing is left to do for results that are empty.
  const done = isEmpty
    ? outs.every(({ size }) => size === 0)
    : device.rows!(typed, operands, numbers(scalars), layout.setReduce(operands, shape, dims, false))
  if (done) return outs
  for (const out of outs) out.dispose()
  return null
}

/** One float dtype, masks and labels aside, and no numbers that would promote it. */
const isUniform = (inputs: readonly NDArray[], scalars: readonly Scalar[]): boolean =>
  isFloat(inputs[0]!.dtype) &&
  inputs.every(({ dtype }) => dtype === inputs[0]!.dtype || !isFloat(dtype)) &&
  scalars.every((value) => typeof value === 'number')

/** Null where a step names coordinates, or would be of another dtype by itself: its numbers are of the dtype of what it reads. */
function typeRows(operation: string, source: RowProgram, inputs: readonly NDArray[]): TypedRows | null {
  const key = inputs.map(({ dtype }) => dtype).join()
  const known = source.typed.get(key)
  if (known !== undefined) return known
  const types: DType[] = inputs.map(({ dtype }) => dtype)
  const scalarTypes = Array.from({ length: source.scalars }, () => types[0]!)
  let isAlike = true
  const steps = source.steps.map((step) => {
    const read = step.reads.map((number) => types[number]!)
    const typesOf = (scalars: readonly DType[]): TypedProgram =>
      settle(operation, step.program, { inputs: read, scalars: scalars.slice(0, step.program.scalars) })
    const settled = typesOf(scalarTypes)
    const dtype = settled.outTypes[0]!
    const own = read.reduce(promoteTypes)
    isAlike &&= !settled.usesCoords && typesOf(scalarTypes.map(() => own)).outTypes[0] === dtype
    types.push(step.op === null ? dtype : reducedType(step.op, dtype))
    return { ...step, program: settled }
  })
  const outTypes = source.results.map((number) => types[source.inputs + number]!)
  const typed = isAlike ? { inputs: source.inputs, steps, results: source.results, scalarTypes, outTypes } : null
  source.typed.set(key, typed)
  return typed
}

function stepByStep(
  operation: string,
  { inputs: count, steps, results }: RowProgram,
  inputs: readonly NDArray[],
  { shape, dims }: RowSpace,
  scalars: readonly Scalar[],
): NDArray[] {
  const values = [...inputs]
  const repeated: NDArray[] = []
  for (const { op, program, reads, isWhole, room } of steps) {
    const read = reads.map((i) => values[i]!)
    // Of what repeats along a row, all repetitions count.
    if ((isWhole || op !== null) && !read.some((x) => sameShape(x.shape, shape))) {
      read[0] = read[0]!.expand(shape)
      repeated.push(read[0])
    }
    const used = program.scalars === scalars.length ? scalars : scalars.slice(0, program.scalars)
    if (op !== null) {
      values.push(reduce(operation, op, program, read, dims, true, used))
      continue
    }
    const place = room < 0 ? null : read[room]!
    if (place !== null && place.dtype === settle(operation, program, signatureOf(read, used)).outTypes[0]) {
      updateInPlace(operation, program, [place], read, used)
      values.push(place)
    } else values.push(elementwise(operation, program, read, used))
  }
  const kept = results.map((number) => values[count + number]!)
  for (let i = count; i < values.length; i++) if (!kept.includes(values[i]!)) values[i]!.dispose()
  for (const view of repeated) view.dispose()
  return kept
}
