import type { Shape } from '@rungs/ndarray'
import type { Labels } from './labels.ts'

/**
 * What there is to contract: operands and output as lists of labels. No label is twice in a list, and each is in two lists
 * at least: diagonals have been taken, and sums that touch one operand have been made.
 */
export interface Network {
  readonly operands: readonly (readonly number[])[]
  readonly output: readonly number[]
  /** By label. */
  readonly sizes: readonly number[]
}

/** What becomes of an operand before its first product: views, then one sum; each where there is something to do. */
export interface Preparation {
  /** What it comes to; null where the operand stays as it is. */
  readonly kernel: 'view' | 'reduce' | null
  /** Without the dims of size 1 that meet a larger size: a product repeats the operand along what it lacks. */
  readonly reshape: Shape | null
  /** Pairs of dims with one label; each pair becomes one dim, the last. */
  readonly diagonals: readonly (readonly [dim0: number, dim1: number])[]
  /** Dims whose labels nobody else has. */
  readonly sum: readonly number[]
  /** Before the sum, and after it. */
  readonly labels: readonly number[]
  readonly left: readonly number[]
}

/** The contraction that remains of an equation when everything that touches one operand has been done. */
export function prepare({ inputs, output, sizes }: Labels, shapes: readonly Shape[]): [Network, Preparation[]] {
  const spread = inputs.map((labels, i) => labels.filter((label, dim) => shapes[i]![dim] === sizes[label]))
  const preparations = spread.map((labels, i): Preparation => {
    const reshape = labels.length < inputs[i]!.length ? labels.map((label) => sizes[label]!) : null
    const [diagonals, distinct] = takeDiagonals(labels)
    const isShared = (label: number): boolean =>
      output.includes(label) || spread.some((other, j) => j !== i && other.includes(label))
    const sum = distinct.flatMap((label, dim) => (isShared(label) ? [] : [dim]))
    const kernel = sum.length > 0 ? 'reduce' : reshape !== null || diagonals.length > 0 ? 'view' : null
    return { kernel, reshape, diagonals, sum, labels: distinct, left: distinct.filter(isShared) }
  })
  return [{ operands: preparations.map(({ left }) => left), output, sizes }, preparations]
}

function takeDiagonals(given: readonly number[]): [diagonals: [number, number][], labels: number[]] {
  const diagonals: [number, number][] = []
  let labels = [...given]
  for (;;) {
    const dim1 = labels.findIndex((label, dim) => labels.indexOf(label) < dim)
    if (dim1 < 0) return [diagonals, labels]
    const label = labels[dim1]!
    const dim0 = labels.indexOf(label)
    diagonals.push([dim0, dim1])
    labels = [...labels.filter((_, dim) => dim !== dim0 && dim !== dim1), label]
  }
}

type LabelList = readonly number[]

/** Those that are also in the others. */
export const within = (labels: LabelList, others: LabelList): number[] =>
  labels.filter((label) => others.includes(label))

/** Those that are not in the others. */
export const without = (labels: LabelList, others: LabelList): number[] =>
  labels.filter((label) => !others.includes(label))

/** Elements of an array with these labels. */
export function sizeOfLabels(labels: Iterable<number>, sizes: readonly number[]): number {
  let size = 1
  for (const label of labels) size *= sizes[label]!
  return size
}
