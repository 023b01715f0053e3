import type { NDArray } from './ndarray.ts'

let made: NDArray[] | null = null

/** Called with every new array, for the operation that is running. */
export function remember(x: NDArray): void {
  made?.push(x)
}

/**
 * The result of `body` (an array, or a list or an object of arrays), after letting go of all others made in it: as
 * `lettingGo`, for operations that are composed of many. What existed before stays, views of it that were made go.
 */
export function composed<T extends object>(body: () => T): T {
  const outer = made
  const own: NDArray[] = []
  made = own
  let kept: readonly unknown[] = []
  try {
    const result = body()
    kept = 'dispose' in result ? [result] : Object.values(result)
    return result
  } finally {
    made = outer
    for (const x of own) {
      if (kept.includes(x)) remember(x)
      else x.dispose()
    }
  }
}
