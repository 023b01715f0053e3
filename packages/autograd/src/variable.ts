import { type ArraySource, array, checkOptions, formatShape, isFloat, ShapeError, sameShape } from '@rungs/ndarray'
import type { TensorOptions } from './create.ts'
import { noGrad } from './gradMode.ts'
import { Tensor } from './tensor.ts'

export interface VariableOptions extends Omit<TensorOptions, 'requiresGrad'> {
  /** Whether a `gradientTape` watches it by itself; true when left out. Integers are never trainable. */
  readonly trainable?: boolean
}

type Source = Tensor | ArraySource

/** A tensor that is assigned to in place, as TensorFlow's `Variable`: what is computed from it records, assignments do not. */
export class Variable extends Tensor {
  /** Values, copied; `variable(values)` takes numbers and lists too. */
  constructor(values: Tensor, trainable: boolean = true) {
    super(values.array.clone(), trainable && isFloat(values.dtype))
  }

  get trainable(): boolean {
    return this.requiresGrad
  }

  /**
   * Other values, in place.
   * @throws {ShapeError} for another shape. Backward, where an operation before had saved the old values, is refused.
   */
  assign(value: Source): this {
    return this.change('assign', value, (x) => this.copy_(x))
  }
  /** `this + delta`, in place. */
  assignAdd(delta: Source): this {
    return this.change('assignAdd', delta, (x) => this.add_(x))
  }
  /** `this - delta`, in place. */
  assignSub(delta: Source): this {
    return this.change('assignSub', delta, (x) => this.sub_(x))
  }

  private change(operation: string, source: Source, change: (x: Tensor) => void): this {
    const { dtype, device } = this
    const value = source instanceof Tensor ? source : new Tensor(array(source, { dtype, device }))
    if (!sameShape(value.shape, this.shape)) {
      throw new ShapeError(
        `Cannot assign value to variable: Shape mismatch. The variable shape ${formatShape(this.shape)}, and the assigned ` +
          `value shape ${formatShape(value.shape)} are incompatible. (${operation})`,
      )
    }
    noGrad(() => change(value))
    return this
  }
}

/** A `Variable` with copied values: a tensor's, or those of numbers and booleans in lists of any depth. */
export function variable(values: Source, { trainable = true, ...options }: VariableOptions = {}): Variable {
  checkOptions(options, ['dtype', 'device'], 'variable')
  const { dtype, device } = options
  const source = values instanceof Tensor ? values : new Tensor(array(values, options))
  const typed = dtype === undefined ? source : source.detach().to(dtype)
  return new Variable(device === undefined ? typed : typed.detach().to(device), trainable)
}
