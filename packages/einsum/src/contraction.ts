import { EinsumError } from './errors.ts'
import { type Network, sizeOfLabels, within, without } from './network.ts'
import type { Pair } from './planners/planner.ts'

/** One array of a contraction that is carried out on labels alone. */
export interface Part {
  readonly id: number
  readonly labels: readonly number[]
}

/** What two arrays become. */
export interface Product {
  /** What the output or others want of them, in the order in which it is met. */
  readonly labels: readonly number[]
  /** Product of the sizes of all labels involved: the multiplications. */
  readonly cost: number
}

/** A network of which some pairs have been contracted. */
export interface Contraction {
  /** The arrays that are left, latest last. */
  readonly parts: readonly Part[]
  preview(a: Part, b: Part): Product
  contract(a: Part, b: Part): Product
}

export function beginContraction({ operands, output, sizes }: Network): Contraction {
  const parts: Part[] = operands.map((labels, id) => ({ id, labels }))
  // How many of the arrays that are left have a label, and the output if it does.
  const holders = sizes.map(() => 0)
  for (const labels of [...operands, output]) for (const label of labels) holders[label]!++
  let next = parts.length

  const preview = (a: Part, b: Part): Product => {
    const kept = a.labels.filter((label) => holders[label]! > 2 || !b.labels.includes(label))
    const others = without(b.labels, a.labels)
    return { labels: [...kept, ...others], cost: sizeOfLabels(a.labels, sizes) * sizeOfLabels(others, sizes) }
  }
  const contract = (a: Part, b: Part): Product => {
    const product = preview(a, b)
    for (const label of within(a.labels, b.labels)) holders[label]!--
    for (const part of [a, b]) parts.splice(parts.indexOf(part), 1)
    parts.push({ id: next++, labels: product.labels })
    return product
  }
  return { parts, preview, contract }
}

/** One step of a plan on labels. */
export interface Step extends Product {
  readonly a: Part
  readonly b: Part
}

/**
 * The steps that pairs stand for.
 * @throws {EinsumError} where pairs name arrays that are not there, or leave more than one.
 */
export function stepsOf(network: Network, pairs: readonly Pair[]): Step[] {
  const contraction = beginContraction(network)
  const steps = pairs.map(([first, second]) => {
    const [a, b] = [first, second].map((id) => contraction.parts.find((part) => part.id === id))
    if (a === undefined || b === undefined || a === b) {
      const left = contraction.parts.map(({ id }) => id).join(', ')
      throw new EinsumError(`einsum(): a plan contracts ${first} and ${second}, and there are ${left}`)
    }
    return { a, b, ...contraction.contract(a, b) }
  })
  if (contraction.parts.length === 1) return steps
  throw new EinsumError(`einsum(): a plan of ${pairs.length} pairs leaves ${contraction.parts.length} arrays`)
}

/** Multiplications of steps: the sum over them of the product of the sizes of all labels involved. */
export const totalCost = (steps: readonly Step[]): number => steps.reduce((total, { cost }) => total + cost, 0)

export const costOf = (network: Network, pairs: readonly Pair[]): number => totalCost(stepsOf(network, pairs))

/** Elements of the largest array between the operands and the output. */
export const largestBetween = ({ sizes }: Network, steps: readonly Step[]): number =>
  Math.max(0, ...steps.slice(0, -1).map((step) => sizeOfLabels(step.labels, sizes)))
