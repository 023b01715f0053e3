import { assign, compute, signatureOf } from './dispatch.ts'
import type { DType, Scalar } from './dtype.ts'
import { DeviceError } from './errors.ts'
import { type Expr, input, rebuild } from './expr.ts'
import type { NDArray } from './ndarray.ts'
import { type Program, program, reachable } from './program.ts'

/**
 * Run a program that names more buffers than the device binds at once as several calls: each output into an array of its
 * own, and inside a formula the operand that reads the most inputs first.
 * @throws {DeviceError} where a single operator with its output needs more than `maxBuffers`.
 */
export function splitProgram(
  source: Program,
  outs: readonly NDArray[],
  inputs: readonly NDArray[],
  scalars: readonly Scalar[],
  maxBuffers: number,
): void {
  const { scalars: scalarTypes, promoted } = signatureOf(inputs, scalars, outs[0]!.shape)
  const call = { scalars, scalarTypes, promotes: promoted !== undefined, maxBuffers }
  const operands = inputs.map((array, i) => ({ array, dtype: promoted?.[i] ?? array.dtype }))
  const results = source.exprs.map((expr, i) => evaluate(expr, outs[i]!, operands, call))
  results.forEach((result, i) => {
    assign(outs[i]!, result.expand(outs[i]!.shape))
  })
}

/** What all parts share: dtypes are those of the whole formula, which a part alone might settle otherwise. */
interface Call {
  readonly scalars: readonly Scalar[]
  readonly scalarTypes: readonly DType[]
  readonly promotes: boolean
  readonly maxBuffers: number
}

interface Operand {
  readonly array: NDArray
  /** What promotion sees. */
  readonly dtype: DType
}

function evaluate(expr: Expr, out: NDArray, inputs: readonly Operand[], call: Call): NDArray {
  const used = usedInputs(expr)
  if (used.length + 1 > call.maxBuffers) {
    const part = largestPart(expr, call.maxBuffers)
    const array = evaluate(part, out, inputs, call)
    const shorter = rebuild(expr, (node) => (node === part ? input(inputs.length) : null))
    return evaluate(shorter, out, [...inputs, { array, dtype: array.dtype }], call)
  }
  const renumbered = rebuild(expr, (node) => (node.op === 'input' ? input(used.indexOf(node.value)) : null))
  const operands = used.length === 0 ? [{ array: out, dtype: out.dtype }] : used.map((i) => inputs[i]!)
  const arrays = operands.map(({ array }) => array)
  // Coordinates count positions of the whole space, so a part that names them must cover it.
  if (usesCoords(expr)) arrays[0] = arrays[0]!.expand(out.shape)
  return compute('split', program(renumbered), arrays, call.scalars, {
    inputs: arrays.map((x) => x.dtype),
    scalars: call.scalarTypes,
    promoted: call.promotes ? operands.map(({ dtype }) => dtype) : undefined,
  })
}

/** The operand inside a formula that reads the most inputs and still fits one call. */
function largestPart(expr: Expr, maxBuffers: number): Expr {
  let largest: Expr | undefined
  let most = 1
  for (const node of reachable([expr])) {
    const reads = usedInputs(node).length
    if (node !== expr && reads > most && reads + 1 <= maxBuffers) [largest, most] = [node, reads]
  }
  if (largest === undefined) {
    throw new DeviceError(`one operator of this formula reads more arrays than the ${maxBuffers} that the device binds`)
  }
  return largest
}

const usesCoords = (expr: Expr): boolean => [...reachable([expr])].some((node) => node.op === 'coord')

const usedInputs = (expr: Expr): number[] =>
  [...reachable([expr])]
    .filter((node) => node.op === 'input')
    .map((node) => node.value)
    .sort((a, b) => a - b)
