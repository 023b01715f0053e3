import { type Shape, sizeOf, zeros } from '@rungs/ndarray'
import { stack } from '../ops/join.ts'
import { Tensor } from '../tensor.ts'
import { mapTensors } from '../tree.ts'
import { grad } from './grad.ts'
import { listOf } from './products.ts'
import { pull, trace } from './trace.ts'

type Tensors = Tensor | readonly Tensor[]
/** A function of as many tensors as there are inputs. */
type Of<I extends Tensors, R> = (...inputs: I extends readonly Tensor[] ? I : [Tensor]) => R

/** For a tensor, the inputs' structure with a derivative for each; for a structure of tensors, such ones in it. */
export type Jacobian<I extends Tensors, R> = R extends Tensor ? I : { [K in keyof R]: Jacobian<I, R[K]> }

/**
 * The derivative of every element of `fn`'s result with respect to every element of its inputs, by one backward pass for
 * each element of the result: of shape [...result, ...input]. One input, or a list of them, which `fn` takes one by one; for
 * a list there is a list of Jacobians, and for a result of several tensors there are such for each of them. Differentiable
 * where something that it depends on requires a gradient (`torch.autograd.functional.jacobian`).
 * @throws {AutogradError} where an input is not a float.
 */
export function jacobian<const I extends Tensors, R>(fn: Of<I, R>, inputs: I): Jacobian<I, R> {
  const { inputs: own, output, outputs, recorded } = trace('jacobian', fn as (...all: Tensor[]) => R, listOf(inputs))
  const all = outputs.map((x) => jacobiansOf(x, own, recorded)).values()
  const ofOne = (): Tensor => {
    const found = all.next().value!.values()
    return mapTensors(inputs, () => found.next().value!) as Tensor
  }
  return mapTensors(output as Tensor, ofOne) as Jacobian<I, R>
}

/** The Jacobians of one tensor with respect to each of `inputs`. */
export function jacobiansOf(output: Tensor, inputs: readonly Tensor[], createGraph: boolean): Tensor[] {
  const rows: Tensor[][] = Array.from({ length: output.size }, (_, i) =>
    pull([output], inputs, [unitVector(output, i)], { createGraph, retainGraph: true }),
  )
  return inputs.map((x, j) => {
    const shape = [...output.shape, ...x.shape]
    return rows.length === 0 ? emptyLike(x, shape) : stack(rows.map((row) => row[j]!)).reshape(shape)
  })
}

const emptyLike = ({ dtype, device }: Tensor, shape: Shape): Tensor => new Tensor(zeros(shape, { dtype, device }))

/** Zeros like `x` with a one at element `i`, counted row by row. */
function unitVector({ shape, dtype, device }: Tensor, i: number): Tensor {
  const flat = zeros([sizeOf(shape)], { dtype, device })
  return new Tensor(flat.set([i], 1).reshape(shape))
}

/** For each input the Jacobians of its gradient. */
export type Hessian<I extends Tensors> = Jacobian<I, I>

/**
 * The second derivatives of a scalar function, of shape [...input, ...input]; for a list of inputs a list of lists:
 * `hessian(f, [x, y])[0][1]` is that with respect to `x` and `y`. It is the Jacobian of the gradient, and written so
 * (`torch.autograd.functional.hessian`).
 * @throws {AutogradError} unless the result is a 0-d tensor.
 */
export function hessian<const I extends Tensors>(fn: Of<I, Tensor>, inputs: I): Hessian<I> {
  const argnums = inputs instanceof Tensor ? 0 : inputs.map((_, i) => i)
  const gradient: unknown = grad(fn as (...all: Tensor[]) => Tensor, { argnums })
  return jacobian(gradient as Of<I, I>, inputs)
}
