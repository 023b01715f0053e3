import { inspectAsText, type Shape } from '@rungs/ndarray'
import type { Operands } from './arguments.ts'
import { costOf, largestBetween, type Step, totalCost } from './contraction.ts'
import { parseEquation } from './equation.ts'
import { EinsumError } from './errors.ts'
import { formatPath } from './formatPath.ts'
import { sizeOfLabels, without } from './network.ts'
import { leftToRight } from './planners/leftToRight.ts'
import { type EinsumOptions, type Planned, planSteps, settingsOf } from './planning.ts'

/** One step of a plan. */
export interface PathStep {
  /** Which arrays: operands count from 0, the result of a pair takes the next number. */
  readonly arrays: readonly number[]
  /** Dims under an ellipsis are named by letters that are free. */
  readonly equation: string
  /** What a device does: a `view` moves nothing, `reduce` sums one array, `map` multiplies where nothing is summed. */
  readonly kernel: 'view' | 'reduce' | 'map' | 'contract'
  /** Multiplications of a product, additions of a sum. */
  readonly operations: number
  /** Of the result, in the order of the step's equation. */
  readonly shape: Shape
  /** Elements of the result. */
  readonly size: number
}

/** How an equation is computed. `String(path)` is a table. */
export interface EinsumPath {
  readonly equation: string
  readonly shapes: readonly Shape[]
  readonly steps: readonly PathStep[]
  /** Multiplications of all pairs: the sum over them of the product of the sizes of all labels involved. */
  readonly cost: number
  /** The same for operands taken as they are written. */
  readonly leftToRightCost: number
  /** The same for one sum over all labels at once. */
  readonly naiveCost: number
  /** Elements of the largest array between the operands and the output. */
  readonly largestIntermediate: number
  toString(): string
}

/** A shape, or something that has one. */
export type Shaped = Shape | { readonly shape: Shape }

/**
 * The plan by which `einsum` computes an equation, as data and, by `String(path)`, as a table.
 * @param operands arrays, or their shapes.
 * @throws {EinsumError} as `einsum`.
 */
export function einsumPath<const E extends string>(
  equation: E,
  operands: Operands<E, Shaped>,
  options: EinsumOptions = {},
): EinsumPath {
  const shapes = (Array.isArray(operands) ? (operands as readonly Shaped[]) : [null]).map(shapeOf)
  const planned = planSteps(parseEquation(equation), shapes, settingsOf(options, 'einsumPath'))
  const { network, labels, steps } = planned
  const naive = leftToRight(network, Number.POSITIVE_INFINITY) ?? []
  const all = new Set(network.operands.flat())
  const path: EinsumPath = {
    equation,
    shapes,
    steps: [...preparationSteps(planned), ...steps.map((step, i) => pairStep(planned, step, i === steps.length - 1))],
    cost: totalCost(steps),
    leftToRightCost: costOf(network, naive),
    naiveCost: sizeOfLabels(all, labels.sizes) * (network.operands.length - 1),
    largestIntermediate: largestBetween(network, steps),
    toString: () => formatPath(path),
    [Symbol.for('nodejs.util.inspect.custom')]: inspectAsText,
  }
  return path
}

function shapeOf(operand: Shaped | null): Shape {
  const shape = Array.isArray(operand) ? operand : (operand as { readonly shape?: Shape } | null)?.shape
  if (Array.isArray(shape) && shape.every((size) => Number.isInteger(size) && size >= 0)) return shape
  throw new EinsumError(
    `einsumPath: takes one list of shapes or arrays: einsumPath('ij,jk->ik', [[2, 3], [3, 4]]); got ${shape}`,
  )
}

const wordOf = ({ labels: { names } }: Planned, list: readonly number[]): string =>
  list.map((label) => names[label]).join('')

function resultOf({ labels: { sizes } }: Planned, list: readonly number[]): Pick<PathStep, 'shape' | 'size'> {
  return { shape: list.map((label) => sizes[label]!), size: sizeOfLabels(list, sizes) }
}

function preparationSteps(planned: Planned): PathStep[] {
  const { labels, network, preparations } = planned
  const isAlone = preparations.length === 1
  return preparations.flatMap(({ kernel: needed, labels: distinct, left }, i) => {
    const kernel = needed ?? (isAlone ? 'view' : null)
    if (kernel === null) return []
    const result = isAlone ? network.output : left
    const equation = `${wordOf(planned, labels.inputs[i]!)}->${wordOf(planned, result)}`
    const operations = kernel === 'reduce' ? sizeOfLabels(distinct, labels.sizes) : 0
    return [{ arrays: [i], equation, kernel, operations, ...resultOf(planned, result) }]
  })
}

function pairStep(planned: Planned, { a, b, labels, cost }: Step, isLast: boolean): PathStep {
  const result = isLast ? planned.network.output : labels
  const isSummed = without(a.labels, labels).length > 0
  return {
    arrays: [a.id, b.id],
    equation: `${wordOf(planned, a.labels)},${wordOf(planned, b.labels)}->${wordOf(planned, result)}`,
    kernel: isSummed ? 'contract' : 'map',
    operations: cost,
    ...resultOf(planned, result),
  }
}
