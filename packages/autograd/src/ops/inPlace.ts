import {
  type ClampBounds,
  isFloat,
  type NDArray,
  type Program,
  type Scalar,
  updateInPlace as updateArrays,
} from '@rungs/ndarray'
import { AutogradError } from '../errors.ts'
import { isGradEnabled } from '../gradMode.ts'
import { moveRetained } from '../hooks.ts'
import { isTracked } from '../operator.ts'
import { Tensor } from '../tensor.ts'
import * as e from './elementwise.ts'
import { type Operand, operand } from './elementwise.ts'
import { Formula, g, ZERO } from './formula.ts'
import { type Index, setArray, withValue } from './indexing.ts'

/**
 * A change in place from two forms of one operation: on arrays, which changes them, and on tensors, which gives a new one.
 * Where nothing is tracked the first is called. Else the second is, on a copy of what `x` was, and `x` takes over its
 * values and its history: whatever its gradient reads is still there.
 */
function inPlace<A extends readonly unknown[]>(
  name: string,
  change: (x: NDArray, ...args: A) => unknown,
  result: (x: Tensor, ...args: A) => Tensor,
): (x: Tensor, ...args: A) => void {
  return (x, ...args) => {
    if (!isGradEnabled() || !isRecorded(name, x, args)) {
      change(x.array, ...args)
      return
    }
    const before = new Tensor(x.array.clone())
    const history = x.gradFn
    if (history !== null) before.track(history)
    const own = args.map((arg) => (arg === x ? before : arg)) as unknown as A
    const after = result(before, ...own)
    x.array.copy_(isFloat(x.dtype) ? after.array.to(x.dtype) : after.array)
    const { gradFn } = after.to(x.dtype)
    if (gradFn !== null) x.track(gradFn)
    moveRetained(x, history)
  }
}

/** Whether a change has to be recorded. @throws {AutogradError} where it may not be made at all. */
function isRecorded(name: string, x: Tensor, args: readonly unknown[]): boolean {
  let tracked = isTracked(x)
  for (const arg of args) if (arg instanceof Tensor && isTracked(arg)) tracked = true
  checkInPlace(name, x, tracked)
  return tracked
}

/** @throws {AutogradError} where `x` may not be changed in place by a value that is, or is not, tracked. */
export function checkInPlace(name: string, x: Tensor, tracked: boolean): void {
  if (x.requiresGrad && x.gradFn === null) {
    throw new AutogradError(
      `a leaf Variable that requires grad is being used in an in-place operation. (${name}; to change it without recording, ` +
        'as an optimiser does, wrap the call: noGrad(() => …))',
    )
  }
  const { origin } = x
  if (origin !== null && (tracked || origin.base.requiresGrad)) throw viewError(name, x, origin.base)
}

function viewError(name: string, x: Tensor, base: Tensor): AutogradError {
  if (base.requiresGrad && base.gradFn === null) {
    return new AutogradError(
      `a view of a leaf Variable that requires grad is being used in an in-place operation. (${name}; wrap the call in ` +
        'noGrad(() => …), or work on a clone())',
    )
  }
  const why = base.requiresGrad ? 'a view of a tensor that is tracked' : 'a view, by a value that is tracked'
  return new AutogradError(
    `${name}: this would change ${why}, and the history of the other views would be lost; change the whole tensor instead ` +
      `(base.set(index, value) takes the same index), build it with where, cat or stack, or clone() the view of shape ` +
      `[${x.shape.join(', ')}] first`,
  )
}

interface AlphaOption {
  readonly alpha?: number
}

/** The second operand, in the shape of the first. */
const replacement = Formula.withGradients('Copy', [ZERO, g])
const replacedBy = (x: Tensor, source: Operand): Tensor => {
  if (!(source instanceof Tensor)) return filled.record(x.array.clone().fill_(source), [x])
  return replacement.record(x.array.clone().copy_(source.array), [x, source])
}
const filled = Formula.withGradients('Fill', [ZERO])

export const add_: (x: Tensor, other: Operand, options?: AlphaOption) => void = inPlace(
  'add_',
  (x, other: Operand, options?: AlphaOption) => x.add_(operand(other), options),
  (x, other, options) => x.add(other, options),
)
export const sub_: (x: Tensor, other: Operand, options?: AlphaOption) => void = inPlace(
  'sub_',
  (x, other: Operand, options?: AlphaOption) => x.sub_(operand(other), options),
  (x, other, options) => x.sub(other, options),
)
export const mul_: (x: Tensor, other: Operand) => void = inPlace(
  'mul_',
  (x, other: Operand) => x.mul_(operand(other)),
  e.mul,
)
export const div_: (x: Tensor, other: Operand) => void = inPlace(
  'div_',
  (x, other: Operand) => x.div_(operand(other)),
  e.div,
)
export const pow_: (x: Tensor, exponent: Operand) => void = inPlace(
  'pow_',
  (x, z: Operand) => x.pow_(operand(z)),
  e.pow,
)
export const copy_: (x: Tensor, source: Tensor) => void = inPlace(
  'copy_',
  (x, source: Tensor) => x.copy_(source.array),
  replacedBy,
)
export const fill_: (x: Tensor, value: Operand) => void = inPlace(
  'fill_',
  (x, value: Operand) => x.fill_(operand(value)),
  replacedBy,
)
export const clamp_: (x: Tensor, bounds: ClampBounds) => void = inPlace(
  'clamp_',
  (x, bounds: ClampBounds) => x.clamp_(bounds),
  e.clamp,
)
export const maskedFill_: (x: Tensor, mask: Tensor, value: Scalar) => void = inPlace(
  'maskedFill_',
  (x, mask: Tensor, value: Scalar) => x.maskedFill_(mask.array, value),
  e.maskedFill,
)
export const set: (x: Tensor, index: readonly Index[] | Index, value: Tensor | Scalar) => void = inPlace(
  'set',
  setArray,
  withValue,
)

/**
 * Change `outs` in place by a program over `inputs`, as optimisers do: nothing is recorded, leaves may be changed, and every
 * change counts as a version. See `updateInPlace` of ndarray.
 */
export function updateInPlace(
  operation: string,
  program: Program,
  outs: readonly Tensor[],
  inputs: readonly Tensor[],
  scalars: readonly Scalar[] = [],
): void {
  updateArrays(operation, program, outs.map(arrayOf), inputs.map(arrayOf), scalars)
}

const arrayOf = (x: Tensor): NDArray => x.array
