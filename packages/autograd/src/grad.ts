import { checkOptions, formatShape, onesLike, sameShape } from '@rungs/ndarray'
import { runBackward } from './backward.ts'
import { AutogradError } from './errors.ts'
import { edgeOf, type Node } from './graph.ts'
import { checkTensors, isTracked } from './operator.ts'
import { Tensor } from './tensor.ts'

export interface BackwardOptions {
  /** Keep what the graph has saved, for another pass; `createGraph`'s value when left out. */
  readonly retainGraph?: boolean
  /** Record the pass itself, so that gradients have gradients. */
  readonly createGraph?: boolean
}

export interface GradOptions extends BackwardOptions {
  /** The gradient of what follows with respect to each output; 1 for outputs of one element when left out. */
  readonly gradOutputs?: readonly Tensor[]
  /** Null for an input that no output depends on, in place of an error. */
  readonly allowUnused?: boolean
}

/** `tensor.backward()` for several tensors in one pass. */
export function backward(
  outputs: readonly Tensor[],
  gradients?: readonly Tensor[],
  options: BackwardOptions = {},
): void {
  checkOptions(options, ['retainGraph', 'createGraph'], 'backward')
  const { createGraph = false, retainGraph = createGraph } = options
  runBackward(rootsOf(outputs), upstreamOf(outputs, gradients), { retainGraph, createGraph, captured: null })
}

/**
 * The gradients of `outputs` with respect to `inputs`, which may be results of operations too; `grad` fields stay as they
 * are.
 * @throws {AutogradError} where an input requires no gradient, or (without `allowUnused`) no output depends on it.
 */
export function grad(
  outputs: readonly Tensor[],
  inputs: readonly Tensor[],
  options: GradOptions & { readonly allowUnused: true },
): (Tensor | null)[]
export function grad(outputs: readonly Tensor[], inputs: readonly Tensor[], options?: GradOptions): Tensor[]
export function grad(
  outputs: readonly Tensor[],
  inputs: readonly Tensor[],
  options: GradOptions = {},
): (Tensor | null)[] {
  checkOptions(options, ['gradOutputs', 'retainGraph', 'createGraph', 'allowUnused'], 'grad')
  const { gradOutputs, createGraph = false, retainGraph = createGraph, allowUnused = false } = options
  checkTensors('grad', outputs)
  checkTensors('grad', inputs)
  const captured = inputs.map((x, i) => {
    if (x.requiresGrad) return edgeOf(x)
    throw new AutogradError(
      `One of the differentiated Tensors does not require grad: input ${i} of shape ${formatShape(x.shape)}`,
    )
  })
  const roots = rootsOf(outputs)
  const found = runBackward(roots, upstreamOf(outputs, gradOutputs), { retainGraph, createGraph, captured })
  return found.map((gradient, i) => {
    if (gradient !== null || allowUnused) return gradient
    throw new AutogradError(
      'One of the differentiated Tensors appears to not have been used in the graph. Set { allowUnused: true } if this is the ' +
        `desired behavior. (input ${i} of shape ${formatShape(inputs[i]!.shape)})`,
    )
  })
}

const rootsOf = (outputs: readonly Tensor[]): Node[] =>
  outputs.map((x, i) => {
    if (isTracked(x)) return edgeOf(x)
    throw new AutogradError(
      `element ${i} of tensors does not require grad and does not have a grad_fn: nothing that the tensor of shape ` +
        `${formatShape(x.shape)} was computed from requires a gradient, or it was computed in noGrad`,
    )
  })

/** The gradients of what follows, one for each output. @throws {AutogradError} where they do not fit. */
export function upstreamOf(outputs: readonly Tensor[], gradients: readonly Tensor[] | undefined): Tensor[] {
  if (gradients !== undefined && gradients.length !== outputs.length) {
    throw new AutogradError(`got ${outputs.length} tensors and ${gradients.length} gradients`)
  }
  return outputs.map((x, i) => {
    const given = gradients?.[i]
    if (given === undefined) {
      if (x.size === 1) return new Tensor(onesLike(x.array))
      throw new AutogradError(
        `grad can be implicitly created only for scalar outputs: this one has shape ${formatShape(x.shape)}; reduce it with ` +
          'sum() or mean(), or pass the gradient of what follows: backward(gradient)',
      )
    }
    if (!(given instanceof Tensor)) {
      throw new AutogradError(
        `gradients can be Tensors only, this one is ${String(given)}; options come second: backward(null, { retainGraph: true })`,
      )
    }
    if (!sameShape(given.shape, x.shape)) {
      throw new AutogradError(
        `Mismatch in shape: grad_output[${i}] has a shape of ${formatShape(given.shape)} and output[${i}] has a shape of ` +
          `${formatShape(x.shape)}.`,
      )
    }
    return given.to(x.dtype)
  })
}
