import { relu, type Tensor } from '@rungs/autograd'
import { checkTensor } from '../check.ts'
import { Module } from '../module.ts'

/** `max(x, 0)`, elementwise; the gradient at 0 is 0. */
export class ReLU extends Module {
  static override typeName: string = 'ReLU'

  forward(x: Tensor): Tensor {
    return relu(checkTensor(x, 'ReLU'))
  }
}
