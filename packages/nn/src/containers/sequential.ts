import type { Tensor } from '@rungs/autograd'
import { Numbered } from './numbered.ts'

/** Whatever goes from one tensor to one tensor: a module, or an object with a `forward`. */
export interface Layer {
  forward(x: Tensor): Tensor
}

/**
 * Layers one after another: each gets what the one before gives. `model[0]` is the first, `model.at(-1)` the last; names are
 * `0.weight` and so on.
 */
export class Sequential extends Numbered<Layer> implements Layer {
  static override typeName: string = 'Sequential'

  /** @throws {RungsError} where a layer has no `forward`. */
  constructor(...layers: Layer[]) {
    super(layers)
  }

  protected accepts(part: unknown): boolean {
    return typeof part === 'object' && part !== null && 'forward' in part && typeof part.forward === 'function'
  }

  forward(x: Tensor): Tensor {
    let out = x
    for (const layer of this) out = layer.forward(out)
    return out
  }

  /** Some of the layers, shared: `model.slice(0, -1)` goes without the last. */
  slice(start?: number, end?: number): Sequential {
    return new Sequential(...[...this].slice(start, end))
  }
}
