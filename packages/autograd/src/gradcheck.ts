import { checkOptions, cpu } from '@rungs/ndarray'
import { fromTypedArray } from './create.ts'
import { AutogradError } from './errors.ts'
import { jacobiansOf } from './functional/jacobian.ts'
import { grad } from './grad.ts'
import { enableGrad, noGrad } from './gradMode.ts'
import type { Tensor } from './tensor.ts'

export interface GradcheckOptions {
  /** Half the distance between the two points of a difference; 1e-6 when left out. */
  readonly eps?: number
  /** 1e-5 when left out. */
  readonly atol?: number
  /** 1e-3 when left out. */
  readonly rtol?: number
  /** Whether a mismatch throws, in place of giving false; true when left out. */
  readonly raiseException?: boolean
}

export interface GradgradcheckOptions extends GradcheckOptions {
  /** The upstream gradient at which gradients are differentiated; numbers between 0.5 and 1.5 when left out. */
  readonly gradOutputs?: readonly Tensor[]
}

type Differentiable = (...inputs: Tensor[]) => Tensor | readonly Tensor[]

/** A matrix, row by row: how each element of an output changes with each element of an input. */
type Matrix = { readonly rows: number; readonly columns: number; readonly values: Float64Array }

/**
 * Compare the Jacobians that backward passes give with central differences, `(f(x + ε) - f(x - ε)) / 2ε`, element by
 * element. Inputs that require a gradient are checked, at the values they have (`torch.autograd.gradcheck`).
 * @returns true, so that it can stand in an assertion; false for a mismatch where `raiseException` is false.
 * @throws {AutogradError} with both Jacobians where any elements differ by more than atol + rtol · |difference|; where an input
 *   is not float64, for differences of float32 values say nothing.
 */
export function gradcheck(fn: Differentiable, inputs: readonly Tensor[], options: GradcheckOptions = {}): boolean {
  checkOptions(options, ['eps', 'atol', 'rtol', 'raiseException'], 'gradcheck')
  const { eps = 1e-6, atol = 1e-5, rtol = 1e-3, raiseException = true } = options
  const checked = inputs.flatMap((x, i) => (x.requiresGrad ? [i] : []))
  checkInputs(inputs, checked)
  const outputs = listOf(fn(...inputs))
  const analytical = outputs.map((out) =>
    analyticalOf(
      out,
      checked.map((i) => inputs[i]!),
    ),
  )
  for (const [j, i] of checked.entries()) {
    const numerical = numericalOf(fn, inputs, i, outputs, eps)
    for (const [o, expected] of numerical.entries()) {
      const found = analytical[o]![j]!
      const wrong = found.values.findIndex(
        (value, place) =>
          !(Math.abs(value - expected.values[place]!) <= atol + rtol * Math.abs(expected.values[place]!)),
      )
      if (wrong === -1) continue
      if (!raiseException) return false
      throw mismatch(o, i, expected, found, wrong, outputs[o]!, inputs[i]!)
    }
  }
  return true
}

function checkInputs(inputs: readonly Tensor[], checked: readonly number[]): void {
  if (checked.length === 0) {
    throw new AutogradError(
      'gradcheck expects at least one input tensor to require gradient, but none of them have requires_grad=True: ' +
        'no input requires a gradient; set { requiresGrad: true }',
    )
  }
  for (const i of checked) {
    const { dtype } = inputs[i]!
    if (dtype === 'float64') continue
    throw new AutogradError(`gradcheck: input ${i} is ${dtype}; make it with { dtype: 'float64' }`)
  }
}

/** By one backward pass for each element of the output; zeros where it is not tracked, for then it may not change. */
function analyticalOf(output: Tensor, inputs: readonly Tensor[]): Matrix[] {
  const found = output.requiresGrad ? jacobiansOf(output, inputs, false) : null
  return inputs.map((x, i) => ({
    rows: output.size,
    columns: x.size,
    values: found === null ? new Float64Array(output.size * x.size) : Float64Array.from(found[i]!.toTypedArraySync()),
  }))
}

/** By two calls for each element of input `i`. */
function numericalOf(
  fn: Differentiable,
  inputs: readonly Tensor[],
  i: number,
  outputs: readonly Tensor[],
  eps: number,
): Matrix[] {
  const x = inputs[i]!
  const values = x.toTypedArraySync()
  const at = (column: number, value: number): ArrayLike<number>[] => {
    const moved = fromTypedArray(values.with(column, value), x.shape, { device: x.device })
    return listOf(noGrad(() => fn(...inputs.map((input) => (input === x ? moved : input))))).map((out) =>
      out.toTypedArraySync(),
    )
  }
  const matrices = outputs.map(({ size }) => ({
    rows: size,
    columns: x.size,
    values: new Float64Array(size * x.size),
  }))
  for (let column = 0; column < x.size; column++) {
    const [above, below] = [at(column, values[column]! + eps), at(column, values[column]! - eps)]
    for (const [o, matrix] of matrices.entries()) {
      for (let row = 0; row < matrix.rows; row++) {
        matrix.values[row * x.size + column] = (above[o]![row]! - below[o]![row]!) / (2 * eps)
      }
    }
  }
  return matrices
}

function mismatch(
  o: number,
  i: number,
  numerical: Matrix,
  analytical: Matrix,
  wrong: number,
  output: Tensor,
  input: Tensor,
): AutogradError {
  // Not on the default device, which may have no float64.
  const text = ({ rows, columns, values }: Matrix): string =>
    String(fromTypedArray(values, [rows, columns], { device: cpu }))
  const place = (flat: number, x: Tensor): string => `[${indexOf(flat, x.shape).join(', ')}]`
  return new AutogradError(
    `Jacobian mismatch for output ${o} with respect to input ${i},\nnumerical:${text(numerical)}\n` +
      `analytical:${text(analytical)}\n(a row for each element of the output, a column for each of the input.) First at ` +
      `output ${place(Math.floor(wrong / numerical.columns), output)} and input ` +
      `${place(wrong % numerical.columns, input)}: backward gives ${analytical.values[wrong]}, central differences give ` +
      `${numerical.values[wrong]}`,
  )
}

/**
 * As `gradcheck`, for the gradients themselves: whether the gradients of `fn`'s gradients are right, with respect to the
 * inputs and to the upstream gradient (`torch.autograd.gradgradcheck`).
 * @throws {AutogradError} as `gradcheck` does.
 */
export function gradgradcheck(
  fn: Differentiable,
  inputs: readonly Tensor[],
  { gradOutputs, ...options }: GradgradcheckOptions = {},
): boolean {
  const upstream = gradOutputs ?? listOf(noGrad(() => fn(...inputs))).map(unevenLike)
  // Differences are taken of gradients, so recording has to be on while they are computed.
  const gradients = (...all: Tensor[]): Tensor[] =>
    enableGrad(() => {
      const own = all.slice(0, inputs.length).map((x, i) => (inputs[i]!.requiresGrad ? x.requiresGrad_() : x))
      const outputs = listOf(fn(...own))
      const wanted = own.filter((x) => x.requiresGrad)
      const given = all.slice(inputs.length)
      const found = grad(outputs, wanted, { gradOutputs: given, createGraph: true, allowUnused: true })
      return found.filter((gradient) => gradient !== null)
    })
  return gradcheck(gradients, [...inputs, ...upstream.map((x) => x.detach().requiresGrad_())], options)
}

const listOf = (value: Tensor | readonly Tensor[]): readonly Tensor[] =>
  Array.isArray(value) ? value : [value as Tensor]

/** Numbers between 0.5 and 1.5 in no order that an error could hide behind. */
function unevenLike(x: Tensor, seed: number): Tensor {
  const values = Float64Array.from({ length: x.size }, (_, i) => 1 + 0.5 * Math.sin(1.7 * i + seed + 2))
  return fromTypedArray(values, x.shape, { dtype: x.dtype, device: x.device })
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
