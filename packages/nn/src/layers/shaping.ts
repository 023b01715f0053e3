import { ShapeError, type Tensor } from '@rungs/autograd'
import { checkTensor } from '../check.ts'
import { Module } from '../module.ts'
import { repr } from '../repr.ts'

/** Layers that change nothing, or the shape alone. */

/** What comes in, unchanged; arguments are taken and forgotten, as by PyTorch's, so that it can stand in for any layer. */
export class Identity extends Module {
  static override typeName: string = 'Identity'

  constructor(..._arguments: unknown[]) {
    super()
  }

  forward(x: Tensor): Tensor {
    return x
  }
}

/** The dims from `startDim` to `endDim` as one: (N, C, H, W) gives (N, C · H · W). */
export class Flatten extends Module {
  static override typeName: string = 'Flatten'
  startDim: number
  endDim: number

  constructor(startDim: number = 1, endDim: number = -1) {
    super()
    this.startDim = startDim
    this.endDim = endDim
  }

  /** @throws {AxisError} for a dim that is not there. */
  forward(x: Tensor): Tensor {
    return checkTensor(x, 'Flatten').flatten(this.startDim, this.endDim)
  }

  override extraRepr(): string {
    return repr({ start_dim: this.startDim, end_dim: this.endDim })
  }
}

/** One dim as several: `new Unflatten(1, [2, 3])` makes (N, 6) into (N, 2, 3); a size of -1 is what is left. */
export class Unflatten extends Module {
  static override typeName: string = 'Unflatten'
  dim: number
  unflattenedSize: readonly number[]

  constructor(dim: number, unflattenedSize: readonly number[]) {
    super()
    if (!Array.isArray(unflattenedSize)) {
      throw new ShapeError(`Unflatten: sizes are an array, such as [2, 3]; got ${String(unflattenedSize)}`)
    }
    this.dim = dim
    this.unflattenedSize = unflattenedSize
  }

  /** @throws {ShapeError} where the sizes do not multiply to that of the dim. @throws {AxisError} for another dim. */
  forward(x: Tensor): Tensor {
    return checkTensor(x, 'Unflatten').unflatten(this.dim, this.unflattenedSize)
  }

  override extraRepr(): string {
    return repr({ dim: this.dim, unflattened_size: this.unflattenedSize })
  }
}
