import type { DType, TypedNode, TypedProgram } from '@rungs/ndarray'
import { type Code, type FunctionBuilder, f32, f64, i32, type ModuleBuilder } from '../emit/index.ts'
import { errorFunctionsIn } from './idioms.ts'
import { erf } from './math32.ts'
import { Operators } from './operators.ts'
import { constant, keep, type Quad, splat } from './quad.ts'

/** Where the leaves of a program come from, for the four positions that are computed. */
export interface Leaves {
  input(index: number): Quad
  coord(axis: number): Quad
}

/** A program as code in one function: first what no position changes, then, as often as needed, the rest. */
export class ProgramEmitter {
  readonly operators: Operators
  private readonly f: FunctionBuilder
  private readonly program: TypedProgram
  private readonly steps: readonly Step[]
  /** Values of the nodes that are the same at every position. */
  private readonly fixed: (Quad | undefined)[] = []

  /** @param scalars the address of the scalars, eight bytes each: see `writeScalars`. */
  constructor(module: ModuleBuilder, f: FunctionBuilder, program: TypedProgram, scalars: Code) {
    this.f = f
    this.program = program
    this.operators = new Operators(module, f)
    this.steps = planOf(program).steps
    for (const step of this.steps) {
      const value = this.fixedValue(step, scalars)
      if (value !== undefined) this.fixed[step.index] = step.node.op === 'const' ? value : keep(f, value)
    }
  }

  private fixedValue(step: Step, scalars: Code): Quad | undefined {
    const { op, dtype, value } = step.node
    if (op === 'const') return constant(dtype, value)
    if (op === 'scalar') return splat(dtype, loadScalar(dtype, scalars, 8 * value))
    if (op === 'input' || op === 'coord' || step.args.some((arg) => this.fixed[arg] === undefined)) return undefined
    return this.compute(step, this.fixed)
  }

  private compute({ node, args, isErf }: Step, values: readonly (Quad | undefined)[]): Quad {
    const operands = args.map((arg) => values[arg]!)
    return isErf ? [erf(this.f, operands[0]![0]!)] : this.operators.emit(node, this.program.nodes, operands)
  }

  /** The program's results, each kept. */
  results(leaves: Leaves): Quad[] {
    const { results } = this.program
    const values = [...this.fixed]
    for (const step of this.steps) {
      if (values[step.index] !== undefined) continue
      const { op, value } = step.node
      const quad =
        op === 'input' ? leaves.input(value) : op === 'coord' ? leaves.coord(value) : this.compute(step, values)
      values[step.index] = keep(this.f, quad)
    }
    return results.map((result) => values[result]!)
  }
}

const loadScalar = (dtype: DType, at: Code, offset: number): Code => {
  if (dtype === 'float64') return f64.load(at, offset)
  return dtype === 'float32' ? f32.load(at, offset) : i32.load(at, offset)
}

/** Scalars as kernels read them: rounded or wrapped to their dtypes, booleans as masks; `at` in units of eight bytes. */
export function writeScalars(
  { f32: floats, f64: doubles, i32: integers }: { f32: Float32Array; f64: Float64Array; i32: Int32Array },
  at: number,
  types: readonly DType[],
  values: readonly number[],
): void {
  for (let i = 0; i < types.length; i++) {
    const value = values[i]!
    const dtype = types[i]!
    if (dtype === 'float32') floats[2 * (at + i)] = value
    else if (dtype === 'float64') doubles[at + i] = value
    else
      integers[2 * (at + i)] = dtype === 'bool' ? (value === 0 ? 0 : -1) : dtype === 'uint8' ? value & 255 : value | 0
  }
}

/** Coordinates that a program names. */
export const coordsOf = ({ nodes }: TypedProgram): number[] =>
  nodes.filter((node) => node.op === 'coord').map((node) => node.value)

/** A node that is computed, and the nodes it is computed from. */
interface Step {
  readonly index: number
  readonly node: TypedNode
  readonly args: readonly number[]
  readonly isErf: boolean
}

interface Plan {
  /** What has to be computed, in order: known functions take the place of their formulas. */
  readonly steps: readonly Step[]
  readonly cost: number
}
const plans = new WeakMap<TypedProgram, Plan>()

function planOf(program: TypedProgram): Plan {
  let plan = plans.get(program)
  if (plan === undefined) {
    const steps = stepsOf(program)
    plan = { steps, cost: steps.reduce((sum, { node, isErf }) => sum + (isErf ? ERF_COST : (costs[node.op] ?? 1)), 0) }
    plans.set(program, plan)
  }
  return plan
}

function stepsOf(program: TypedProgram): Step[] {
  const { nodes, results } = program
  const erfs = errorFunctionsIn(program)
  const steps: Step[] = []
  const needed = new Set(results)
  for (let index = nodes.length - 1; index >= 0; index--) {
    if (!needed.has(index)) continue
    const node = nodes[index]!
    const argument = erfs.get(index)
    const args = argument === undefined ? node.args : [argument]
    for (const arg of args) needed.add(arg)
    steps.push({ index, node, args, isErf: argument !== undefined })
  }
  return steps.reverse()
}

/** Steps of a program, weighed by what they cost: for deciding how to unroll and whether threads pay. */
export const costOf = (program: TypedProgram): number => planOf(program).cost

const ERF_COST = 40
const costs: { readonly [O in TypedNode['op']]?: number } = {
  input: 1,
  const: 0,
  scalar: 0,
  exp: 16,
  expm1: 20,
  log: 25,
  log1p: 35,
  tanh: 25,
  sin: 40,
  cos: 40,
  pow: 100,
  floorDiv: 100,
  remainder: 80,
}
