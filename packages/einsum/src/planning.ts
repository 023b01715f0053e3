import { checkOptions, type Shape } from '@rungs/ndarray'
import { largestBetween, type Step, stepsOf } from './contraction.ts'
import type { Equation } from './equation.ts'
import { EinsumError } from './errors.ts'
import { bindLabels, type Labels } from './labels.ts'
import { type Network, type Preparation, prepare } from './network.ts'
import { auto } from './planners/auto.ts'
import type { Planner } from './planners/planner.ts'

export interface EinsumOptions {
  /** Which order of contraction: `auto` (when left out), `optimal`, `greedy`, `leftToRight`, or one of your own. */
  readonly planner?: Planner
  /** The most elements that a result between the operands and the output may have; no limit when left out. */
  readonly memoryLimit?: number
}

/** Options, checked. */
export interface Settings {
  readonly planner: Planner
  readonly memoryLimit: number
}

/** @throws {EinsumError} for a planner that is no function, or a limit that is no positive number. */
export function settingsOf(options: EinsumOptions, operation: string): Settings {
  checkOptions(options, ['planner', 'memoryLimit'], operation)
  const { planner = auto, memoryLimit = Number.POSITIVE_INFINITY } = options
  if (typeof planner !== 'function') {
    throw new EinsumError(`${operation}: a planner is a function, such as greedy; got ${String(planner)}`)
  }
  if (!(memoryLimit > 0)) {
    throw new EinsumError(`${operation}: memoryLimit is a number of elements above 0, got ${memoryLimit}`)
  }
  return { planner, memoryLimit }
}

/** An equation with sizes, and the steps in which it is computed. */
export interface Planned {
  readonly labels: Labels
  readonly network: Network
  readonly preparations: readonly Preparation[]
  readonly steps: readonly Step[]
}

/** @throws {EinsumError} where shapes do not fit, or the planner finds no order that keeps the memory limit. */
export function planSteps(equation: Equation, shapes: readonly Shape[], settings: Settings): Planned {
  const labels = bindLabels(equation, shapes)
  const [network, preparations] = prepare(labels, shapes)
  const { planner, memoryLimit } = settings
  const pairs = planner(network, memoryLimit)
  if (pairs !== null) return { labels, network, preparations, steps: stepsOf(network, pairs) }
  const needed = largestBetween(network, stepsOf(network, planner(network, Number.POSITIVE_INFINITY) ?? []))
  throw new EinsumError(
    `einsum(): the planner found no order within memoryLimit = ${memoryLimit} elements (optimal tries all); without it the ` +
      `largest has ${needed}\n  ${equation.text}`,
  )
}
