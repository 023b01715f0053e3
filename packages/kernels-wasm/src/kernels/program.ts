import type { DType, TypedNode, TypedProgram } from '@rungs/ndarray'
import { type Code, type FunctionBuilder, f32, f64, i32, type ModuleBuilder } from '../emit/index.ts'
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
  /** Values of the nodes that are the same at every position. */
  private readonly fixed: (Quad | undefined)[] = []

  /** @param scalars the address of the scalars, eight bytes each: see `writeScalars`. */
  constructor(module: ModuleBuilder, f: FunctionBuilder, program: TypedProgram, scalars: Code) {
    this.f = f
    this.program = program
    this.operators = new Operators(module, f)
    program.nodes.forEach((node, i) => {
      const value = this.fixedValue(node, scalars)
      if (value !== undefined) this.fixed[i] = node.op === 'const' ? value : keep(f, value)
    })
  }

  private fixedValue(node: TypedNode, scalars: Code): Quad | undefined {
    const { op, dtype, value, args } = node
    if (op === 'const') return constant(dtype, value)
    if (op === 'scalar') return splat(dtype, loadScalar(dtype, scalars, 8 * value))
    if (op === 'input' || op === 'coord' || args.some((arg) => this.fixed[arg] === undefined)) return undefined
    return this.operators.emit(
      node,
      this.program.nodes,
      args.map((arg) => this.fixed[arg]!),
    )
  }

  /** The program's results, each kept. */
  results(leaves: Leaves): Quad[] {
    const { nodes, results } = this.program
    const values = [...this.fixed]
    nodes.forEach((node, i) => {
      if (values[i] !== undefined) return
      const { op, value, args } = node
      const quad =
        op === 'input'
          ? leaves.input(value)
          : op === 'coord'
            ? leaves.coord(value)
            : this.operators.emit(
                node,
                nodes,
                args.map((arg) => values[arg]!),
              )
      values[i] = keep(this.f, quad)
    })
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

/** Steps of a program, weighed by what they cost: for deciding how to unroll and whether threads pay. */
export function costOf({ nodes }: TypedProgram): number {
  let cost = 0
  for (const { op } of nodes) cost += costs[op] ?? 1
  return cost
}

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
