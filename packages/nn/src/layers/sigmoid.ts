import { sigmoid, type Tensor } from '@rungs/autograd'
import { checkTensor } from '../check.ts'
import { Module } from '../module.ts'

/** `1 / (1 + exp(-x))`, elementwise. */
export class Sigmoid extends Module {
  static override typeName: string = 'Sigmoid'

  forward(x: Tensor): Tensor {
    return sigmoid(checkTensor(x, 'Sigmoid'))
  }
}
