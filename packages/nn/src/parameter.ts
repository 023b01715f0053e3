import { type FormatOptions, Tensor } from '@rungs/autograd'
import { checkTensor } from './check.ts'

/** A tensor that a module learns: fields that hold one are found by `module.parameters()`. */
export class Parameter extends Tensor {
  /** Of types alone: a tensor put in a parameter's place would not be found, and not learned. */
  declare protected readonly learned: true

  /**
   * @param values shared, not copied, without their history.
   * @throws {AutogradError} where they are not floats and a gradient is required. @throws {RungsError} for what is no tensor.
   */
  constructor(values: Tensor, requiresGrad: boolean = true) {
    super(checkTensor(values, 'Parameter', 'what it holds').detach().array, requiresGrad)
  }

  override toString(options?: FormatOptions): string {
    return `Parameter containing:\n${super.toString(options)}`
  }
}

/** `new Parameter(values)`: `weight = parameter(randn([2, 10]))` in a class of modules. */
export const parameter = (values: Tensor): Parameter => new Parameter(values)

export const isParameter = (value: object): value is Parameter => value instanceof Parameter
