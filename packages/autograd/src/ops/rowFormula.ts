import {
  broadcastShapes,
  type Expr,
  type NDArray,
  type Row,
  type RowProgram,
  rowProgram,
  rowwise,
  type Scalar,
  sameShape,
} from '@rungs/ndarray'
import { isGradEnabled } from '../gradMode.ts'
import { Tensor } from '../tensor.ts'
import { Formula } from './formula.ts'

type Dims = number | readonly number[]
const NO_SCALARS: readonly Scalar[] = []

/**
 * Formulas over rows, of tensors: what gradients are made of that need sums over the rows that they belong to. All steps
 * at once, where a device can; where gradients are recorded, one by one, each with those that are derived from its text.
 */
export class RowFormula {
  private readonly name: string
  private readonly program: RowProgram
  /** Of the steps. */
  private readonly formulas: readonly Formula[]

  /** `write` as in `rowProgram`. */
  constructor(name: string, inputs: number, write: (row: Row) => readonly Expr[]) {
    this.name = name
    this.program = rowProgram(inputs, write)
    this.formulas = this.program.steps.map(({ program }) => Formula.derived(name, program.exprs[0]!))
  }

  /** The results, which nothing records. */
  compute(inputs: readonly NDArray[], dims: Dims, scalars: readonly Scalar[] = NO_SCALARS): NDArray[] {
    return rowwise(this.name, this.program, inputs, dims, scalars)
  }

  apply(inputs: readonly Tensor[], dims: Dims, scalars: readonly Scalar[] = NO_SCALARS): Tensor[] {
    if (!isGradEnabled()) {
      const arrays = inputs.map((x) => x.array)
      return this.compute(arrays, dims, scalars).map((array) => new Tensor(array))
    }
    const values = [...inputs]
    const shape = inputs.map((x) => x.shape).reduce(broadcastShapes)
    this.program.steps.forEach(({ op, reads, program, isWhole }, number) => {
      const formula = this.formulas[number]!
      const read = reads.map((i) => values[i]!)
      // Of what repeats along a row, all repetitions count.
      if ((isWhole || op !== null) && !read.some((x) => sameShape(x.shape, shape)))
        read[0] = read[0]!.expand([...shape])
      const x = formula.isIdentity ? read[0]! : formula.apply(read, scalars.slice(0, program.scalars))
      values.push(op === null ? x : op === 'sum' ? x.sum(dims, { keepdim: true }) : x.amax(dims, { keepdim: true }))
    })
    return this.program.results.map((number) => values[inputs.length + number]!)
  }
}
