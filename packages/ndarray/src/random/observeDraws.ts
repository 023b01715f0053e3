import type { Generator } from './generator.ts'
import type { PhiloxGenerator } from './philoxRng.ts'

type Observer = (generator: Generator | PhiloxGenerator) => void
/** Null while there are none, which is nearly always. */
let observers: Set<Observer> | null = null

/**
 * Call `observe` with a generator whenever an array is about to be drawn from it, until the function that this gives is
 * called: whoever wants the same numbers again saves its state. Numbers that a program draws itself, one by one, are not seen.
 */
export function observeDraws(observe: Observer): () => void {
  observers ??= new Set()
  observers.add(observe)
  return () => {
    observers?.delete(observe)
    if (observers?.size === 0) observers = null
  }
}

export function aboutToDraw(generator: Generator | PhiloxGenerator): void {
  if (observers !== null) for (const observe of observers) observe(generator)
}
