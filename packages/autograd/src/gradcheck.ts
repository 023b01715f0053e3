import { fromTypedArray } from './create.ts'
import { AutogradError } from './errors.ts'
import { grad } from './grad.ts'
import { enableGrad, noGrad } from './gradMode.ts'
import type { Tensor } from './tensor.ts'

export interface GradcheckOptions {
  /** Half the distance between the two points of a difference. */
  readonly eps?: number
  readonly atol?: number
  readonly rtol?: number
}

type Differentiable = (...inputs: Tensor[]) => Tensor | readonly Tensor[]

/**
 * Compare the gradients of `fn` with central differences, `(f(x + ε) - f(x - ε)) / 2ε`, element by element, for an upstream
 * gradient that is nowhere constant. Inputs that require a gradient are checked, at the values they have.
 * @returns true, so that it can stand in an assertion.
 * @throws {AutogradError} with the input, the position and both values where they differ by more than atol + rtol · |difference|;
 *   where an input is not float64, for differences of float32 values say nothing.
 */
export function gradcheck(
  fn: Differentiable,
  inputs: readonly Tensor[],
  { eps = 1e-6, atol = 1e-5, rtol = 1e-3 }: GradcheckOptions = {},
): true {
  const checked = inputs.filter((x) => x.requiresGrad)
  if (checked.length === 0)
    throw new AutogradError('gradcheck: no input requires a gradient; set { requiresGrad: true }')
  const outputs = listOf(fn(...inputs))
  const upstream = outputs.map((out, i) => unevenLike(out, i))
  const tracked = outputs.filter((out) => out.requiresGrad)
  const gradOutputs = upstream.filter((_, i) => outputs[i]!.requiresGrad)
  const analytic = tracked.length === 0 ? [] : grad(tracked, checked, { gradOutputs, allowUnused: true })
  const weighted = (changed: readonly Tensor[]): number => noGrad(() => dot(listOf(fn(...changed)), upstream))
  checked.forEach((x, which) => {
    if (x.dtype !== 'float64') {
      throw new AutogradError(`gradcheck: input ${inputs.indexOf(x)} is ${x.dtype}; make it with { dtype: 'float64' }`)
    }
    const values = x.toTypedArraySync()
    const found = analytic[which]?.toTypedArraySync()
    const at = (position: number, value: number): number => {
      const moved = fromTypedArray(values.with(position, value), x.shape, { device: x.device })
      return weighted(inputs.map((input) => (input === x ? moved : input)))
    }
    for (let i = 0; i < values.length; i++) {
      const numeric = (at(i, values[i]! + eps) - at(i, values[i]! - eps)) / (2 * eps)
      const computed = found?.[i] ?? 0
      if (Math.abs(computed - numeric) <= atol + rtol * Math.abs(numeric)) continue
      throw new AutogradError(
        `Jacobian mismatch for output with respect to input ${inputs.indexOf(x)}, at position [${indexOf(i, x.shape).join(', ')}]: ` +
          `backward gives ${computed}, central differences give ${numeric}`,
      )
    }
  })
  return true
}

/**
 * As `gradcheck`, for the gradients themselves: whether the gradients of `fn`'s gradients are right.
 * @throws {AutogradError} as `gradcheck` does.
 */
export function gradgradcheck(fn: Differentiable, inputs: readonly Tensor[], options?: GradcheckOptions): true {
  const sample = listOf(noGrad(() => fn(...inputs)))
  const upstream = sample.map((out, i) => unevenLike(out, i + 1).requiresGrad_())
  // Differences are taken of gradients, so recording has to be on while they are computed.
  const gradients = (...all: Tensor[]): Tensor[] =>
    enableGrad(() => {
      const own = all.slice(0, inputs.length).map((x, i) => (inputs[i]!.requiresGrad ? x.requiresGrad_() : x))
      const outputs = listOf(fn(...own))
      const wanted = own.filter((x) => x.requiresGrad)
      const found = grad(outputs, wanted, {
        gradOutputs: all.slice(inputs.length),
        createGraph: true,
        allowUnused: true,
      })
      return found.filter((gradient) => gradient !== null)
    })
  return gradcheck(gradients, [...inputs, ...upstream], options)
}

const listOf = (value: Tensor | readonly Tensor[]): readonly Tensor[] =>
  Array.isArray(value) ? value : [value as Tensor]

/** Numbers between 0.5 and 1.5 in no order that an error could hide behind. */
function unevenLike(x: Tensor, seed: number): Tensor {
  const values = Float64Array.from({ length: x.size }, (_, i) => 1 + 0.5 * Math.sin(1.7 * i + seed + 1))
  return fromTypedArray(values, x.shape, { dtype: x.dtype, device: x.device })
}

/** `Σ output · upstream`. */
function dot(outputs: readonly Tensor[], upstream: readonly Tensor[]): number {
  let sum = 0
  outputs.forEach((out, which) => {
    const weights = upstream[which]!.toTypedArraySync()
    const values = out.toTypedArraySync()
    for (let i = 0; i < values.length; i++) sum += values[i]! * weights[i]!
  })
  return sum
}

/** The position of element `flat`, counted row by row. */
function indexOf(flat: number, shape: readonly number[]): number[] {
  const index = new Array<number>(shape.length)
  for (let dim = shape.length - 1, rest = flat; dim >= 0; dim--) {
    index[dim] = rest % shape[dim]!
    rest = Math.floor(rest / shape[dim]!)
  }
  return index
}
