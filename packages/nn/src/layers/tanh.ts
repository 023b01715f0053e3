import { type Tensor, tanh } from '@rungs/autograd'
import { checkTensor } from '../check.ts'
import { Module } from '../module.ts'

/** The hyperbolic tangent, elementwise. */
export class Tanh extends Module {
  static override typeName: string = 'Tanh'

  forward(x: Tensor): Tensor {
    return tanh(checkTensor(x, 'Tanh'))
  }
}
