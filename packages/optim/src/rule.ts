import { type Expr, expr, type Program, program, RungsError } from '@rungs/autograd'

/**
 * How an optimiser changes a parameter, in formulas over names: `param`, `grad`, `lr`, the optimiser's scalars, and what the
 * formulas themselves give. What is remembered from step to step follows from them: the arrays that `update` gives beside
 * `param`, and the numbers that `numbers` both reads and gives. A name that is read is an operand of the kernel: read one
 * only where the result depends on it.
 */
export interface Rule<Name extends string = string> {
  /** Once a step for each parameter: what its elements share, such as the step count and corrections by it. */
  numbers?(x: Symbols<Name>): Results
  /** At every element: the next `param`, and the next values of the arrays that are remembered. */
  update(x: Symbols<Name>): Results
}

export type Symbols<Name extends string> = Readonly<Record<Name, Expr>>
export type Results = Readonly<Record<string, Expr>>

/**
 * Options as formulas may depend on them: whether a number is zero, not which one it is. So one kernel serves all values,
 * and what is switched off costs nothing.
 */
export type Form<O> = {
  readonly [K in keyof O as K extends 'lr' ? never : O[K] extends number | boolean ? K : never]: boolean
}

/** A program with the names of what it reads and gives, in order. */
export interface NamedProgram {
  readonly program: Program
  readonly inputs: readonly string[]
  readonly scalars: readonly string[]
  readonly outs: readonly string[]
}

/** A rule as programs. */
export interface CompiledRule {
  readonly numbers: NamedProgram | null
  /** Its first input is the gradient. */
  readonly update: NamedProgram
  /** Numbers that are remembered about each parameter. */
  readonly counts: readonly string[]
  /** Numbers that are made anew at each step. */
  readonly derived: readonly string[]
  /** Arrays like the parameter that are remembered. */
  readonly slots: readonly string[]
}

/** @throws {RungsError} for a formula that reads what nothing gives. */
export function compileRule(optimizer: string, rule: Rule, scalars: ReadonlySet<string>): CompiledRule {
  const made = compile((x) => rule.numbers?.(x) ?? {}, scalars)
  const numbers = made.outs.length === 0 ? null : made
  const update = compile((x) => rule.update(x), scalars, ['grad'])
  const given = made.outs
  const slots = update.outs.filter((name) => name !== 'param')
  const known = new Set(['param', 'grad', 'lr', ...given, ...slots])
  for (const name of [...made.inputs, ...update.inputs]) {
    if (!known.has(name)) throw new RungsError(`${optimizer}: the rule reads ${name}, which nothing gives`)
  }
  const counts = given.filter((name) => made.inputs.includes(name))
  return { numbers, update, counts, derived: given.filter((name) => !counts.includes(name)), slots }
}

/** Names become inputs, behind those given, and scalars in the order in which the formula reads them. */
function compile(
  formula: (x: Symbols<string>) => Results,
  scalarNames: ReadonlySet<string>,
  inputs: string[] = [],
): NamedProgram {
  const scalars: string[] = []
  const place = (names: string[], name: string): number =>
    names.includes(name) ? names.indexOf(name) : names.push(name) - 1
  const symbols = new Proxy<Record<string, Expr>>(
    {},
    {
      get: (_, name: string) =>
        scalarNames.has(name) ? expr.scalar(place(scalars, name)) : expr.input(place(inputs, name)),
    },
  )
  const results = formula(symbols)
  return { program: program(...Object.values(results)), inputs, scalars, outs: Object.keys(results) }
}
