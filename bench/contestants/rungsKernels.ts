import { type Contractible, einsumFunction } from '@rungs/einsum'
import type { ContractDims, DType, NDArray } from '@rungs/ndarray'

/** One kernel of an equation; takes the results of those before. */
type Kernel = (results: readonly NDArray[]) => NDArray

/** An array that writes down which kernels are made of it; its views are made once, now. */
class Recorder implements Contractible<Recorder> {
  readonly array: NDArray
  /** Which result it is a view of; -1 for operands. */
  readonly result: number
  readonly kernels: Kernel[]

  constructor(array: NDArray, result: number, kernels: Kernel[]) {
    this.array = array
    this.result = result
    this.kernels = kernels
  }

  get shape(): readonly number[] {
    return this.array.shape
  }
  get dtype(): DType {
    return this.array.dtype
  }
  to(dtype: DType): Recorder {
    return dtype === this.dtype ? this : this.record((x) => x.to(dtype))
  }
  permute(dims: readonly number[]): Recorder {
    return this.seen(this.array.permute(dims))
  }
  reshape(shape: readonly number[]): Recorder {
    return this.seen(this.array.reshape(shape))
  }
  diagonal(dims: { readonly dim0: number; readonly dim1: number }): Recorder {
    return this.seen(this.array.diagonal(dims))
  }
  sum(dims: readonly number[]): Recorder {
    return this.record((x) => x.sum(dims))
  }
  mul(other: Recorder): Recorder {
    return this.record((x, y) => x.mul(y), other)
  }
  contract(other: Recorder, dims: ContractDims, operation: string): Recorder {
    return this.record((x, y) => x.contract(y, dims, operation), other)
  }

  private seen(array: NDArray): Recorder {
    return new Recorder(array, this.result, this.kernels)
  }
  private record(apply: (x: NDArray, y: NDArray) => NDArray, other: Recorder = this): Recorder {
    const [x, y] = [this.source(), other.source()]
    this.kernels.push((results) => apply(x(results), y(results)))
    return new Recorder(apply(this.array, other.array), this.kernels.length - 1, this.kernels)
  }
  /** How to find this very view when the kernels run again. */
  private source(): Kernel {
    const { array, result } = this
    if (result < 0) return () => array
    const { shape, strides, offset } = array
    return (results) => results[result]!.view(shape, strides, offset)
  }
}

/** The kernels that einsum makes of an equation, and nothing else of it. */
export function kernelsOf(equation: string, operands: readonly NDArray[]): () => NDArray {
  const kernels: Kernel[] = []
  const { array } = einsumFunction<string>(equation)(...operands.map((operand) => new Recorder(operand, -1, kernels)))
  const { shape, strides, offset } = array
  return () => {
    const results: NDArray[] = []
    for (const kernel of kernels) results.push(kernel(results))
    return results.at(-1)!.view(shape, strides, offset)
  }
}
