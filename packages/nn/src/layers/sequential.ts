import { RungsError, type Tensor } from '@rungs/autograd'
import { Module } from '../module.ts'

/** A module from one tensor to one tensor. */
export type Layer = Module & { forward(x: Tensor): Tensor }

/** Layers one after another: each gets what the one before gives. `model[0]` is the first; names are `0.weight` and so on. */
export class Sequential extends Module implements Iterable<Layer> {
  static override typeName: string = 'Sequential'
  readonly [index: number]: Layer

  /** @throws {RungsError} where a layer is no module. */
  constructor(...layers: Layer[]) {
    super()
    layers.forEach((layer, i) => {
      if (!(layer instanceof Module)) throw new RungsError(`Sequential: layer ${i} is not a Module: ${String(layer)}`)
    })
    Object.assign(this, layers)
  }

  get length(): number {
    let length = 0
    while (this[length] !== undefined) length++
    return length
  }

  *[Symbol.iterator](): Iterator<Layer> {
    for (let i = 0, layer = this[0]; layer !== undefined; layer = this[++i]) yield layer
  }

  forward(x: Tensor): Tensor {
    let out = x
    for (const layer of this) out = layer.forward(out)
    return out
  }
}
