import { RungsError } from '@rungs/autograd'

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
