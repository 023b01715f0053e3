import { type ContractDims, MAX_GROUP_RANK, type Shape } from '@rungs/ndarray'
import type { Step } from './contraction.ts'
import { type Network, type Preparation, sizeOfLabels, within, without } from './network.ts'

/** One pairwise step as a kernel on views. */
export interface Instruction {
  readonly a: Side
  readonly b: Side
  /** Null where nothing is summed: the product is then elementwise. */
  readonly contract: ContractDims | null
}

/** Which array, and the view of it that the kernel reads; null where it is read as it is. */
interface Side {
  readonly id: number
  readonly permute: readonly number[] | null
  /** With dims of size 1 where the other array has what this one lacks. */
  readonly reshape: Shape | null
}

/** All that is to be done to operands of known shapes. */
export interface Plan {
  /** Whether any label is summed; flags and bytes are int32 then, whatever the order. */
  readonly sums: boolean
  readonly preparations: readonly Preparation[]
  readonly instructions: readonly Instruction[]
  /** Dims of the last array in the order of the output. */
  readonly permute: readonly number[] | null
}

type LabelList = readonly number[]

/** Turn steps on labels into kernels on views: what is permuted, which dims stand in which group. */
export function makePlan(network: Network, preparations: readonly Preparation[], steps: readonly Step[]): Plan {
  const orders: LabelList[] = [...network.operands]
  const instructions = steps.map(({ a, b, labels }, i) => {
    const wanted = i === steps.length - 1 ? network.output : null
    const [instruction, order] = instruct([a.id, orders[a.id]!], [b.id, orders[b.id]!], labels, wanted, network.sizes)
    orders.push(order)
    return instruction
  })
  const permute = permutation(orders.at(-1)!, network.output)
  // An operand that is the result all the same is handed out as a view of its own.
  const untouched = steps.length === 0 && preparations[0]!.kernel === null
  return {
    sums: preparations.some(({ labels }) => without(labels, network.output).length > 0),
    preparations,
    instructions,
    permute: permute ?? (untouched ? network.output.map((_, i) => i) : null),
  }
}

/** How to read dims that stand as `from` in the order `to`; null where that is how they stand. */
function permutation(from: LabelList, to: LabelList): number[] | null {
  return to.every((label, i) => from[i] === label) ? null : to.map((label) => from.indexOf(label))
}

type Numbered = readonly [id: number, labels: LabelList]

function instruct(
  a: Numbered,
  b: Numbered,
  kept: LabelList,
  wanted: LabelList | null,
  sizes: readonly number[],
): [Instruction, order: LabelList] {
  const [inA, inB] = [a[1], b[1]]
  const summed = without(inA, kept)
  if (summed.length === 0) {
    const order = wanted ?? kept
    return [{ a: broadcastSide(a, order, sizes), b: broadcastSide(b, order, sizes), contract: null }, order]
  }
  const batch = arrange(within(without(inA, summed), inB), wanted)
  const m = arrange(without(inA, inB), wanted)
  const n = arrange(without(inB, inA), wanted)
  // The larger array says in which order the sum walks, so that its dims are the ones that merge.
  const k = sizeOfLabels(inB, sizes) > sizeOfLabels(inA, sizes) ? within(inB, summed) : summed
  // The output of the last step comes as it is wanted if its rows are those of the array whose labels come first.
  const first = wanted?.find((label) => !batch.includes(label))
  const [left, right, rows, columns] = first !== undefined && n.includes(first) ? [b, a, n, m] : [a, b, m, n]
  const side = ([id, labels]: Numbered, order: LabelList): Side => ({
    id,
    permute: permutation(labels, order),
    reshape: null,
  })
  return [
    {
      a: side(left, [...batch, ...rows, ...k]),
      b: side(right, [...batch, ...k, ...columns]),
      contract: { batch: batch.length, m: rows.length, n: columns.length, k: k.length },
    },
    [...batch, ...rows, ...columns],
  ]
}

/** A group in the order of the output, unless it is so long that only the order of its own array may merge. */
const arrange = (labels: LabelList, wanted: LabelList | null): LabelList =>
  wanted === null || labels.length > MAX_GROUP_RANK ? labels : within(wanted, labels)

function broadcastSide([id, labels]: Numbered, order: LabelList, sizes: readonly number[]): Side {
  const own = within(order, labels)
  const spread = own.length === 0 ? own : order.slice(order.indexOf(own[0]!))
  return {
    id,
    permute: permutation(labels, own),
    reshape: own.length === spread.length ? null : spread.map((label) => (labels.includes(label) ? sizes[label]! : 1)),
  }
}
