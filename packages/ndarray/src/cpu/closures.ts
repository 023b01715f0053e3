import type { TypedArray } from '../dtype.ts'
import type { TypedNode, TypedProgram } from '../program.ts'
import { type Compiler, combining, identityOf, LANES } from './kernels.ts'
import { arrayOf } from './memory.ts'
import { castOperator, constantOf, operatorFor, operatorOf, wrapOperator } from './operators.ts'
import { advance } from './walk.ts'

/** Kernels where a page forbids `new Function`: every node is a closure that fills its place in `values`. */
export const closureCompiler: Compiler = {
  flat: () => null,

  strided(program) {
    const outs = program.results.length
    const evaluator = evaluatorOf(program, outs)
    return (operands, scalars, layout, at, index) => {
      const arrays = operands.map(arrayOf)
      evaluator.begin(scalars)
      do {
        evaluator.run(arrays, at, index, layout.axisOf)
        for (let out = 0; out < outs; out++) arrays[out]![at[out]!] = evaluator.values[program.results[out]!]!
      } while (advance(layout, Math.max(layout.rank - 2, 0), layout.rank, operands.length, at, index))
    }
  },

  reduction(program, { op, dtype, byRows, running }) {
    const evaluator = evaluatorOf(program, 1)
    const toAccumulator = castOperator(program.outTypes[0]!, dtype).apply
    const combine = combining[op] === null ? null : operatorFor(combining[op], dtype).apply
    const better = op === 'argmax' ? (a: number, b: number) => a > b : (a: number, b: number) => a < b
    const identity = identityOf(op, dtype)
    return (operands, scalars, layout, at, index, accumulators, count, length, positions, position) => {
      const arrays = operands.map(arrayOf)
      const kept = layout.kept - 1
      const last = layout.rank - 1
      const here = new Int32Array(at)
      const place = new Int32Array(index)
      evaluator.begin(scalars)
      const elementAt = (j: number, k: number): number => {
        for (let q = running ? 0 : 1; q < operands.length; q++) {
          here[q] = at[q]! + j * layout.strides[q]![kept]! + k * layout.strides[q]![last]!
        }
        place[kept] = index[kept]! + j
        place[last] = index[last]! + k
        evaluator.run(arrays, here, place, layout.axisOf)
        return toAccumulator(evaluator.values[program.results[0]!]!, 0, 0)
      }
      const oneLane = combine === null || byRows || running
      const lanes = new Array<number>(LANES)
      for (let j = 0; j < count; j++) {
        lanes.fill(identity)
        lanes[0] = accumulators[j]!
        for (let k = 0; k < length; k++) {
          const element = elementAt(j, k)
          const lane = oneLane || k >= length - (length % LANES) ? 0 : k % LANES
          if (combine !== null) lanes[lane] = combine(lanes[lane]!, element, 0)
          else if (better(element, lanes[0]!) || (Number.isNaN(element) && !Number.isNaN(lanes[0]))) {
            lanes[0] = element
            positions[j] = position + k
          }
          if (running) arrays[0]![here[0]!] = lanes[0]!
        }
        if (oneLane) accumulators[j] = lanes[0]!
        else accumulators[j] = combine(combine(lanes[0]!, lanes[1]!, 0), combine(lanes[2]!, lanes[3]!, 0), 0)
      }
    }
  },

  epilogue(program) {
    const evaluator = evaluatorOf(program, 0)
    const toSum = wrapOperator(program.inputTypes[0]!).apply
    return (operands, scalars, at, columns, first, count, sums, from) => {
      const arrays = [sums, ...operands.slice(1).map(arrayOf)]
      const out = arrayOf(operands[0]!)
      const here = new Int32Array(arrays.length)
      evaluator.begin(scalars)
      for (let j = 0; j < count; j++) {
        here[0] = from + j
        for (let q = 1; q < operands.length; q++) here[q] = at[q]! + columns[q]![first + j]!
        evaluator.run(arrays, here, here, here, toSum)
        out[at[0]! + columns[0]![first + j]!] = evaluator.values[program.results[0]!]!
      }
    }
  },
}

interface Evaluator {
  /** By node. */
  readonly values: Float64Array
  begin(scalars: readonly number[]): void
  /** Compute every node at one position. `first`, where given, is applied to input 0. */
  run(
    arrays: readonly TypedArray[],
    at: Int32Array,
    index: Int32Array,
    axisOf: Int32Array,
    first?: (x: number, b: number, c: number) => number,
  ): void
}

function evaluatorOf({ nodes }: TypedProgram, firstInput: number): Evaluator {
  const values = new Float64Array(nodes.length)
  const inputs: [slot: number, input: number][] = []
  const coords: [slot: number, dim: number][] = []
  const scalarSlots: [slot: number, scalar: number, wrap: (x: number, b: number, c: number) => number][] = []
  const steps: (() => void)[] = []
  nodes.forEach((node, slot) => {
    if (node.op === 'input') inputs.push([slot, node.value])
    else if (node.op === 'coord') coords.push([slot, node.value])
    else if (node.op === 'scalar') scalarSlots.push([slot, node.value, wrapOperator(node.dtype).apply])
    else if (node.op === 'const') values[slot] = constantOf(node)
    else steps.push(stepOf(node, nodes, values, slot))
  })
  return {
    values,
    begin(scalars) {
      for (const [slot, scalar, wrap] of scalarSlots) values[slot] = wrap(scalars[scalar]!, 0, 0)
    },
    run(arrays, at, index, axisOf, first) {
      for (const [slot, input] of inputs) {
        const q = firstInput + input
        const value = arrays[q]![at[q]!]!
        values[slot] = first !== undefined && input === 0 ? first(value, 0, 0) : value
      }
      for (const [slot, dim] of coords) values[slot] = index[axisOf[dim]!]!
      for (const step of steps) step()
    },
  }
}

function stepOf(node: TypedNode, nodes: readonly TypedNode[], values: Float64Array, slot: number): () => void {
  const { apply } = operatorOf(node, nodes)
  const [a = 0, b = 0, c = 0] = node.args
  return () => {
    values[slot] = apply(values[a]!, values[b]!, values[c]!)
  }
}
