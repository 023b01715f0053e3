import {
  checkDropProbability,
  checkOptions,
  type DropoutOptions,
  dropout,
  featureDropout,
  type Generator,
  type PhiloxGenerator,
  type Tensor,
} from '@rungs/autograd'
import { checkTensor } from '../check.ts'
import { Module } from '../module.ts'
import { float, repr } from '../repr.ts'

export type DropoutLayerOptions = Pick<DropoutOptions, 'generator'>

/** What is dropped while training, and left alone in `eval` mode. */
abstract class Dropping extends Module {
  readonly p: number
  /** Whose numbers; what `manualSeed` seeds on the input's device when left out. */
  readonly generator: Generator | PhiloxGenerator | undefined

  /** @param p how probable it is that something is dropped. @throws {RungsError} outside [0, 1]. */
  constructor(p: number = 0.5, options: DropoutLayerOptions = {}) {
    super()
    checkOptions(options, ['generator'], new.target.typeName)
    this.p = checkDropProbability(p)
    this.generator = options.generator
  }

  override extraRepr(): string {
    return repr({ p: float(this.p), inplace: false })
  }
}

/** Each element 0 with probability `p`, else `x / (1 - p)`. See `functional.dropout`. */
export class Dropout extends Dropping {
  static override typeName: string = 'Dropout'

  forward(x: Tensor): Tensor {
    const { p, training, generator } = this
    return dropout(checkTensor(x, 'Dropout'), { p, training, generator })
  }
}

/** As `Dropout`, of whole maps: x is (N, C, H, W), and each of the N · C maps is dropped or kept. */
export class Dropout2d extends Dropping {
  static override typeName: string = 'Dropout2d'

  /** @throws {ShapeError} below two dims. */
  forward(x: Tensor): Tensor {
    const { p, training, generator } = this
    return featureDropout(checkTensor(x, 'Dropout2d'), { p, training, generator })
  }
}
