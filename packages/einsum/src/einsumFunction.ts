import { type Shape, sameShape } from '@rungs/ndarray'
import type { Operands } from './arguments.ts'
import { cached } from './cached.ts'
import type { Contractible } from './contractible.ts'
import { parseEquation } from './equation.ts'
import { EinsumError } from './errors.ts'
import { execute } from './execute.ts'
import { makePlan, type Plan } from './plan.ts'
import { type EinsumOptions, planSteps, settingsOf } from './planning.ts'

/** An equation as a function of its operands. */
export type EinsumFunction<E extends string> = <A extends Contractible<A>>(...operands: Operands<E, A>) => A

/**
 * An equation as a function: read once, planned once for each set of shapes, the last 64 of which are remembered.
 * @throws {EinsumError} for an equation that cannot be read; the function throws one for operands that do not fit.
 */
export function einsumFunction<const E extends string>(equation: E, options: EinsumOptions = {}): EinsumFunction<E> {
  const run = equationRunner(equation, options)
  return <A extends Contractible<A>>(...operands: Operands<E, A>) => run(operands as readonly A[])
}

/** As `einsumFunction`, for operands in a list. */
export type EquationRunner = <A extends Contractible<A>>(operands: readonly A[]) => A

export function equationRunner(text: string, options: EinsumOptions): EquationRunner {
  const settings = settingsOf(options, 'einsumFunction')
  const equation = parseEquation(text)
  const makeFor = (shapes: readonly Shape[]): Plan => {
    const { network, preparations, steps } = planSteps(equation, shapes, settings)
    return makePlan(network, preparations, steps)
  }
  const plans = new Map<string, Plan>()
  let lastShapes: readonly Shape[] = []
  let lastPlan: Plan | null = null
  return (operands) => {
    if (lastPlan !== null && haveShapes(operands, lastShapes)) return execute(lastPlan, operands)
    const shapes = operands.map(shapeOf)
    const plan = cached(plans, shapes.join('|'), () => makeFor(shapes))
    lastShapes = shapes
    lastPlan = plan
    return execute(plan, operands)
  }
}

type Shaped = { readonly shape: Shape }

function haveShapes(operands: readonly (Shaped | undefined)[], shapes: readonly Shape[]): boolean {
  if (operands.length !== shapes.length) return false
  for (let i = 0; i < shapes.length; i++) {
    const shape = operands[i]?.shape
    if (shape === undefined || !sameShape(shape, shapes[i]!)) return false
  }
  return true
}

function shapeOf(operand: (Shaped & { readonly contract?: unknown }) | undefined | null, place: number): Shape {
  if (typeof operand?.contract === 'function') return operand.shape
  const what = Array.isArray(operand) ? 'a list' : String(operand)
  throw new EinsumError(`einsum(): operand ${place} is ${what}, not an array; make one with array(…)`)
}
