import { type Accuracy, accuracyOf } from '../conformance/accuracy.ts'
import type { ArrayLike, DeviceLike, DType, ModuleLike, ReduceOp } from '../conformance/module.ts'
import { flushed, isFloat, type Random, seededRandom, typedArrays } from '../conformance/numbers.ts'
import { groupsOf } from '../conformance/reduceList.ts'
import { elementsOf, positionsOf, VIEW_SHAPE, type ViewKind, viewKinds } from '../conformance/viewKinds.ts'
import { type Bounded, evaluate } from './bounds.ts'
import { describe, drawGraph, type Graph, type Node, operatorsOf, pick } from './graph.ts'
import { reduceBounded } from './reduceBounded.ts'

/** A device gave what no device may: the message holds the seed and the formula. */
export class FuzzError extends Error {
  override readonly name: string = 'FuzzError'
}

export interface FuzzOptions {
  readonly seed: number
  readonly graphs: number
  /** Calls of each graph, each on numbers of its own. */
  readonly callsPerGraph: number
  /** Calls in a row on the same views: what a device compiles for one, it has for the next. */
  readonly callsPerView: number
}

export interface FuzzReport {
  readonly calls: number
  readonly graphs: number
  readonly operators: ReadonlySet<string>
  readonly views: ReadonlySet<string>
  readonly elements: number
  /** Elements whose formula is too near a jump for its result to be settled. */
  readonly exempt: number
}

const SIZE = VIEW_SHAPE.reduce((total, size) => total * size, 1)
const reduceOps: readonly ReduceOp[] = ['sum', 'prod', 'max', 'min', 'any', 'all', 'argmax', 'argmin']
const writableKinds = viewKinds.filter(({ writable }) => writable)

/**
 * Random formulas on random views, on each of several devices: integers as they must be, floats within the errors of their
 * operators, carried through the formula; and so the devices agree with each other.
 * @throws {FuzzError} at the first element that is wrong.
 */
export async function fuzz(nd: ModuleLike, devices: readonly DeviceLike[], options: FuzzOptions): Promise<FuzzReport> {
  const dtypes = [...devices[0]!.dtypes].filter(
    (dtype) => dtype !== 'float64' && devices.every((d) => d.dtypes.has(dtype)),
  )
  const graphs = new Set<string>()
  const [operators, views] = [new Set<string>(), new Set<string>()]
  let [calls, elements, exempt] = [0, 0, 0]
  for (let g = 0; g < options.graphs; g++) {
    const graph = drawGraph(nd, seededRandom(options.seed * 1000003 + g), dtypes, VIEW_SHAPE.length)
    graphs.add(graph.outputs.map(describe).join('; '))
    for (const output of graph.outputs) operatorsOf(output, operators)
    // Calls follow one another; what they gave is read together, which is most of the time on a GPU.
    const checks = Array.from({ length: options.callsPerGraph }, (_, c) => {
      const seed = (options.seed * 1000003 + g) * 101
      const call = drawCall(graph, seededRandom(seed + Math.floor(c / options.callsPerView)), seededRandom(seed - c))
      for (const { kind } of [...call.inputs, ...call.outs]) views.add(kind.name)
      calls++
      const what = `seed ${options.seed}, graph ${g}, call ${c}`
      return devices.map((device) => check(nd, device, graph, call, `${device.name}, ${what}`))
    })
    for (const seen of await Promise.all(checks.flat())) {
      elements += seen.elements
      exempt += seen.exempt
    }
  }
  return { calls, graphs: graphs.size, operators, views, elements, exempt }
}

interface Drawn {
  readonly kind: ViewKind
  readonly dtype: DType
  readonly memory: readonly number[]
}

interface Call {
  readonly inputs: readonly Drawn[]
  /** In place where there are outputs; a reduction where there is an operator; else a new array. */
  readonly outs: readonly Drawn[]
  /** Inputs that are the first output itself. */
  readonly aliased: number
  readonly reduce: { readonly op: ReduceOp; readonly dims: readonly number[] } | null
}

function drawCall({ inputTypes, outputs }: Graph, random: Random, numbers: Random): Call {
  const drawn = (kind: ViewKind, dtype: DType): Drawn => {
    const size = kind.base.reduce((total, n) => total * n, 1)
    return { kind, dtype, memory: Array.from({ length: size }, () => drawNumber(numbers, dtype)) }
  }
  const inputs = inputTypes.map((dtype) => drawn(pick(random, viewKinds), dtype))
  const inPlace = outputs.length > 1 || random() < 0.3
  const outs = inPlace ? outputs.map((node) => drawn(pick(random, writableKinds), node.dtype)) : []
  const aliased = inPlace && random() < 0.5 ? inputTypes.indexOf(outputs[0]!.dtype) : -1
  const reduce =
    !inPlace && random() < 0.3 ? { op: pick(random, reduceOps), dims: pick(random, [[0], [1], [0, 1]]) } : null
  return { inputs, outs, aliased, reduce }
}

const corners = [0, -0, 1, -1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0.5, 1e30, 1e-30]

function drawNumber(random: Random, dtype: DType): number {
  const kind = random()
  if (dtype === 'bool') return kind < 0.5 ? 0 : 1
  if (!isFloat(dtype)) {
    const value =
      Math.floor(random() * (kind < 0.7 ? 41 : 2 ** 32)) - (dtype === 'int32' ? (kind < 0.7 ? 20 : 2 ** 31) : 0)
    return new typedArrays[dtype]([value])[0]!
  }
  if (kind < 0.06) return Math.fround(pick(random, corners))
  if (kind < 0.4) return Math.floor(random() * 17 - 8)
  return Math.fround((random() - 0.5) * 20)
}

async function check(
  nd: ModuleLike,
  device: DeviceLike,
  graph: Graph,
  call: Call,
  what: string,
): Promise<{ elements: number; exempt: number }> {
  const accuracy = accuracyOf(device)
  const place = ({ kind, dtype, memory }: Drawn): { base: ArrayLike; view: ArrayLike } => {
    const base = nd.fromTypedArray(new typedArrays[dtype](memory), kind.base, { dtype, device })
    return { base, view: kind.of(base) }
  }
  const outs = call.outs.map(place)
  const inputs = call.inputs.map((drawn, i) => (i === call.aliased ? outs[0]!.view : place(drawn).view))
  const lists = inputs.map((view, i) =>
    elementsOf(view, i === call.aliased ? call.outs[0]!.memory : call.inputs[i]!.memory),
  )
  const wanted = graph.outputs.map((node) => expectations(node, lists, graph.scalars, accuracy))
  const program = nd.program(...graph.outputs.map((node) => node.expr))
  const fail = (node: Node, at: number, actual: number, expected: Bounded): never => {
    const shown = lists.map((list, i) => `x${i} = ${list[at]} (${call.inputs[i]!.kind.name})`).join(', ')
    throw new FuzzError(
      `${what}: ${describe(node)} is ${actual} at ${at}, expected ${expected.value} ± ${expected.error}` +
        `${call.reduce === null ? '' : ` (${call.reduce.op} over ${call.reduce.dims})`}; ${shown}; scalars ${graph.scalars}`,
    )
  }
  let [elements, exempt] = [0, 0]
  const compare = (node: Node, dtype: DType, actual: Elements, expected: readonly Bounded[]): void => {
    expected.forEach((bounded, i) => {
      elements++
      if (bounded.error === Number.POSITIVE_INFINITY) exempt++
      else if (!agrees(actual[i]!, bounded, dtype, accuracy)) fail(node, i, actual[i]!, bounded)
    })
  }

  const [first] = graph.outputs
  if (outs.length > 0) {
    nd.updateInPlace(
      'fuzz',
      program,
      outs.map(({ view }) => view),
      inputs,
      graph.scalars,
    )
    for (const [i, node] of graph.outputs.entries()) {
      const { base, view } = outs[i]!
      const memory: Bounded[] = call.outs[i]!.memory.map((value) => ({ value, error: 0 }))
      positionsOf(view).forEach((position, at) => {
        memory[position] = wanted[i]![at]!
      })
      compare(node, node.dtype, await base.toTypedArray(), memory)
    }
  } else if (call.reduce === null) {
    // The result has the shape to which the inputs broadcast, which is theirs.
    compare(
      first!,
      first!.dtype,
      await nd.elementwise('fuzz', program, inputs, graph.scalars).toTypedArray(),
      wanted[0]!,
    )
  } else {
    const { op, dims } = call.reduce
    const groups = groupsOf([...Array(SIZE).keys()], VIEW_SHAPE, dims)
    const expected = groups.map((group) =>
      reduceBounded(
        op,
        group.map((at) => wanted[0]![at]!),
        first!.dtype,
        accuracy,
      ),
    )
    const out = nd.reduce('fuzz', op, program, inputs, dims, false, graph.scalars)
    compare(first!, out.dtype, await out.toTypedArray(), expected)
  }
  return { elements, exempt }
}

interface Elements {
  readonly [index: number]: number
}

function expectations(
  node: Node,
  lists: readonly (readonly number[])[],
  scalars: readonly number[],
  accuracy: Accuracy,
): Bounded[] {
  const columns = VIEW_SHAPE[1]!
  return Array.from({ length: SIZE }, (_, at) => {
    const coords = [Math.floor(at / columns), at % columns]
    return evaluate(node, { inputs: lists.map((list) => list[at]!), scalars, coords }, accuracy, new Map())
  })
}

export function agrees(actual: number, { value, error }: Bounded, dtype: DType, accuracy: Accuracy): boolean {
  if (Object.is(actual, value)) return true
  if (!isFloat(dtype)) return false
  // Signs of zero are checked operator by operator elsewhere.
  if (actual === value) return true
  if (accuracy.flushes && flushed(actual) === flushed(value)) return true
  return Math.abs(actual - value) <= error
}
