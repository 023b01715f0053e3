import { checkOptions, RungsError } from '@rungs/autograd'

/**
 * @param names options that must be numbers of at least 0, with the words of PyTorch's message.
 * @throws {RungsError} for one that is not.
 */
export function checkNumbers<O>(options: O, names: { readonly [K in keyof O]?: string }): void {
  for (const key in names) {
    const value: unknown = options[key]
    if (typeof value === 'number' && value >= 0) continue
    throw new RungsError(`Invalid ${names[key]} value: ${String(value)}; ${key} must be a number of at least 0`)
  }
}

/** @throws {RungsError} unless there are two numbers from 0 to below 1. */
export function checkBetas({ betas }: { readonly betas: readonly [number, number] }): void {
  for (const i of [0, 1] as const) {
    const isPair = Array.isArray(betas) && betas.length === 2
    const beta: unknown = isPair ? betas[i] : betas
    if (isPair && typeof beta === 'number' && beta >= 0 && beta < 1) continue
    throw new RungsError(`Invalid beta parameter at index ${i}: ${String(beta)}; betas are two numbers in [0, 1)`)
  }
}

/** Options of which those that have a default are there. */
export type Settled<O, D> = O & { readonly [K in keyof D & keyof O]-?: Exclude<O[K], undefined> }

/**
 * `options` over `defaults`.
 * @param others names without a default.
 * @throws {RungsError} for one that is not known.
 */
export function withDefaults<O extends object, D extends Partial<O>>(
  owner: string,
  options: O,
  defaults: D,
  others: readonly (string & keyof O)[] = [],
): Settled<O, D> {
  checkOptions(options, [...others, ...Object.keys(defaults)], owner)
  return { ...defaults, ...options } as Settled<O, D>
}

/** @throws {RungsError} unless `dict` has all that `stateDict()` of such an object gives. */
export function checkDict<D extends object>(owner: string, dict: D, names: readonly (string & keyof D)[]): void {
  if (typeof dict === 'object' && dict !== null && names.every((name) => dict[name] != null)) return
  const found = typeof dict === 'object' && dict !== null ? `{ ${Object.keys(dict).join(', ')} }` : String(dict)
  throw new RungsError(
    `${owner}.loadStateDict: expected { ${names.join(', ')} }, as stateDict() gives it, got ${found}`,
  )
}
