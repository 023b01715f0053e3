import { AutogradError } from './errors.ts'

let enabled = true

/** Whether operations record how they came about. */
export const isGradEnabled = (): boolean => enabled

/** Switch recording; gives what it was before. */
export function setGradEnabled(next: boolean): boolean {
  const previous = enabled
  enabled = next
  return previous
}

/**
 * Run `body` without recording: its results require no gradient, and leaves may be changed in place.
 * @throws {AutogradError} where `body` returns a promise: recording would be on again before it goes on.
 */
export const noGrad = <T>(body: () => T): T => withMode('noGrad', false, body)

/** Run `body` with recording, inside `noGrad` too. @throws {AutogradError} where `body` returns a promise. */
export const enableGrad = <T>(body: () => T): T => withMode('enableGrad', true, body)

function withMode<T>(name: string, mode: boolean, body: () => T): T {
  const previous = setGradEnabled(mode)
  try {
    return synchronous(name, body())
  } finally {
    enabled = previous
  }
}

/** @throws {AutogradError} for a promise. */
export function synchronous<T>(name: string, result: T): T {
  if (typeof result === 'object' && result !== null && 'then' in result && typeof result.then === 'function') {
    throw new AutogradError(
      `${name}: the function must be synchronous, but it returned a promise; await first, then call ${name} around the rest`,
    )
  }
  return result
}
