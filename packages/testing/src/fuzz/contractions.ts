import { type Accuracy, accuracyOf } from '../conformance/accuracy.ts'
import { type Dims, product } from '../conformance/contractLists.ts'
import type { ArrayLike, DeviceLike, DType, ModuleLike } from '../conformance/module.ts'
import { isFloat, type Random, seededRandom, typedArrays } from '../conformance/numbers.ts'
import { elementsOf } from '../conformance/viewKinds.ts'
import { type Bounded, evaluate, unknown } from './bounds.ts'
import { type DrawnView, drawView } from './drawView.ts'
import { describe, drawGraph, type Graph, type Node, operatorsOf, pick } from './graph.ts'
import { agrees, FuzzError } from './run.ts'

export interface ContractFuzzReport {
  readonly calls: number
  /** Calls whose sums went through a formula. */
  readonly finished: number
  readonly elements: number
  /** Elements whose formula is too near a jump for its result to be settled. */
  readonly exempt: number
}

interface Drawn {
  readonly view: DrawnView
  readonly dtype: DType
  readonly memory: readonly number[]
}

interface Call {
  readonly dims: Dims
  readonly sizes: { readonly [group in keyof Dims]: readonly number[] }
  readonly a: Drawn
  readonly b: Drawn
  /** A formula of the sum and of arrays that broadcast with it. */
  readonly finish: { readonly graph: Graph; readonly inputs: readonly Drawn[] } | null
}

const sides = [1, 2, 3, 4, 5, 7, 8, 9, 12, 16, 17, 33]
/** Multiply-adds of a call: the check makes them one by one. */
const MOST_WORK = 30_000
const TOGETHER = 8

/**
 * Random contractions of random views, with and without a formula after the sum, on each of several devices: integers as
 * they must be, floats within the error of their sums, carried through the formula.
 * @throws {FuzzError} at the first element that is wrong.
 */
export async function fuzzContractions(
  nd: ModuleLike,
  devices: readonly DeviceLike[],
  { seed, calls }: { readonly seed: number; readonly calls: number },
): Promise<ContractFuzzReport> {
  const dtypes = (['float32', 'int32', 'uint32'] as const).filter((dtype) => devices.every((d) => d.dtypes.has(dtype)))
  let [finished, elements, exempt] = [0, 0, 0]
  for (let first = 0; first < calls; first += TOGETHER) {
    const checks = Array.from({ length: Math.min(TOGETHER, calls - first) }, (_, i) => {
      const call = drawCall(nd, seededRandom(seed * 1000003 + first + i), dtypes)
      if (call.finish !== null) finished++
      return devices.map((device) => check(nd, device, call, `${device.name}, seed ${seed}, call ${first + i}`))
    })
    for (const seen of await Promise.all(checks.flat())) {
      elements += seen.elements
      exempt += seen.exempt
    }
  }
  return { calls, finished, elements, exempt }
}

function drawCall(nd: ModuleLike, random: Random, dtypes: readonly DType[]): Call {
  const group = (most: number): number[] =>
    Array.from({ length: Math.floor(random() * (most + 1)) }, () => pick(random, sides))
  let sizes = { batch: [1], m: [1], n: [1], k: [1] }
  do {
    const long = random() < 0.1
    sizes = {
      batch: group(1),
      m: group(long ? 1 : 2),
      n: group(long ? 1 : 2),
      k: long ? [900 + Math.floor(random() * 99)] : group(2),
    }
  } while (product(Object.values(sizes).flat()) > MOST_WORK)
  const { batch, m, n, k } = sizes
  const dtype = pick(random, dtypes)
  const drawn = (shape: readonly number[], of: DType): Drawn => {
    const view = drawView(random, shape)
    return { view, dtype: of, memory: Array.from({ length: product(view.base) }, () => drawNumber(random, of)) }
  }
  const graph = random() < 0.4 ? drawFinish(nd, random, dtypes, dtype) : null
  return {
    dims: { batch: batch.length, m: m.length, n: n.length, k: k.length },
    sizes,
    a: drawn([...batch, ...m, ...k], dtype),
    b: drawn([...batch, ...k, ...n], dtype),
    finish: graph && { graph, inputs: graph.inputTypes.slice(1).map((type) => drawn([...batch, ...m, ...n], type)) },
  }
}

/** A formula whose first input is the sum; positions have no meaning there. */
function drawFinish(nd: ModuleLike, random: Random, dtypes: readonly DType[], dtype: DType): Graph {
  for (;;) {
    const graph = drawGraph(nd, random, dtypes, 1)
    const [first] = graph.outputs
    if (graph.inputTypes[0] === dtype && graph.outputs.length === 1 && !operatorsOf(first!).has('coord')) return graph
  }
}

/** Small, so that sums of integers stay what they are, and sums of floats within what float32 holds. */
function drawNumber(random: Random, dtype: DType): number {
  if (dtype === 'bool') return Math.round(random())
  if (dtype === 'uint32') return Math.floor(random() * 9)
  if (dtype === 'int32' || random() < 0.5) return Math.floor(random() * 17 - 8)
  if (random() < 0.002) return pick(random, [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
  return Math.fround((random() - 0.5) * 8)
}

async function check(
  nd: ModuleLike,
  device: DeviceLike,
  { dims, sizes, a, b, finish }: Call,
  what: string,
): Promise<{ elements: number; exempt: number }> {
  const accuracy = accuracyOf(device)
  const place = ({ view, dtype, memory }: Drawn): ArrayLike =>
    view.of(nd.fromTypedArray(new typedArrays[dtype](memory), view.base, { dtype, device }))
  const [left, right] = [place(a), place(b)]
  const extra = finish?.inputs.map(place) ?? []
  const lists = extra.map((view, i) => elementsOf(view, finish!.inputs[i]!.memory))
  const sums = boundedSums(elementsOf(left, a.memory), elementsOf(right, b.memory), sizes, a.dtype, accuracy)
  const [node] = finish?.graph.outputs ?? []
  const expected =
    node === undefined
      ? sums
      : sums.map((sum, i) =>
          finished(
            node,
            sum,
            lists.map((list) => list[i]!),
            finish!.graph.scalars,
            accuracy,
          ),
        )
  const epilogue =
    finish === null ? undefined : { program: nd.program(node!.expr), inputs: extra, scalars: finish.graph.scalars }
  const out = nd.contract('fuzz', left, right, dims, epilogue)
  const actual = await out.toTypedArray()
  let exempt = 0
  expected.forEach((bounded, i) => {
    if (bounded.error === Number.POSITIVE_INFINITY) exempt++
    else if (!agrees(actual[i]!, bounded, out.dtype as DType, accuracy)) {
      const groups = Object.entries(sizes).map(([name, list]) => `${name} [${list}]`)
      throw new FuzzError(
        `${what}: ${a.dtype} ${groups.join(' ')}${node === undefined ? '' : `, then ${describe(node)}`} is ${actual[i]} at ` +
          `${i}, expected ${bounded.value} ± ${bounded.error}; strides [${left.strides}] and [${right.strides}]`,
      )
    }
  })
  return { elements: expected.length, exempt }
}

/** Sums of products by the definition, in float64, with what float32 may add in whatever order. */
function boundedSums(
  a: readonly number[],
  b: readonly number[],
  sizes: Call['sizes'],
  dtype: DType,
  accuracy: Accuracy,
): Bounded[] {
  const [batch, m, n, k] = [product(sizes.batch), product(sizes.m), product(sizes.n), product(sizes.k)]
  return Array.from({ length: batch * m * n }, (_, at) => {
    const row = Math.floor(at / n)
    const column = at % n
    const layer = Math.floor(row / m)
    let [value, magnitude] = [0, 0]
    for (let l = 0; l < k; l++) {
      const term = a[row * k + l]! * b[(layer * k + l) * n + column]!
      value += term
      magnitude += Math.abs(term)
    }
    if (!isFloat(dtype) || !Number.isFinite(value)) return { value, error: 0 }
    // The first operator after a sum that cancels sees nothing but its error.
    return magnitude === 0
      ? { value: 0, error: 0 }
      : { value: Math.fround(value), error: accuracy.sumError * (k + 1) * magnitude }
  })
}

function finished(
  node: Node,
  sum: Bounded,
  others: readonly number[],
  scalars: readonly number[],
  accuracy: Accuracy,
): Bounded {
  const known = new Map<Node, Bounded>()
  for (const leaf of leavesOf(node)) if (leaf.op === 'input' && leaf.value === 0) known.set(leaf, sum)
  const result = evaluate(node, { inputs: [sum.value, ...others], scalars, coords: [] }, accuracy, known)
  // Where the sum is only nearly known, a formula of it that is not finite may be anything.
  return sum.error > 0 && !Number.isFinite(result.value) ? unknown(result.value) : result
}

const leavesOf = (node: Node): readonly Node[] => (node.args.length === 0 ? [node] : node.args.flatMap(leavesOf))
