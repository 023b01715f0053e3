import { type NDArray, storagesMade } from '@rungs/ndarray'
import { AutogradError } from './errors.ts'
import { type Frame, Setting } from './setting.ts'

interface Mode {
  readonly records: boolean
  /** Storages made when inference began: later ones are of inference tensors. Infinity outside of it. */
  readonly inferenceFrom: number
}

let enabled = true
let inferenceFrom = Infinity
const RECORDING: Mode = { records: true, inferenceFrom: Infinity }
const mode = new Setting<Mode>(RECORDING, (next) => {
  enabled = next.records
  inferenceFrom = next.inferenceFrom
})

/** Whether operations record how they came about. */
export const isGradEnabled = (): boolean => enabled
/** Whether what is made now can have no part in gradients; see `inferenceMode`. */
export const isInferenceModeEnabled = (): boolean => inferenceFrom !== Infinity

/** With recording, or without it; in inference still where that was so. */
const recordingIf = (records: boolean): Mode => (records ? RECORDING : { records, inferenceFrom })
const inference = (): Mode => ({
  records: false,
  inferenceFrom: isInferenceModeEnabled() ? inferenceFrom : storagesMade(),
})

/** For a backward pass: recording as it says, until `leaveMode`. */
export const enterMode = (records: boolean): Frame<Mode> => mode.enter(recordingIf(records))
export const leaveMode = (frame: Frame<Mode>): void => mode.leave(frame)

/**
 * Far below any count of changes: the version of a storage that inference has made, which counts on from here and stays
 * negative.
 */
const OF_INFERENCE = -(2 ** 30)

/** Mark an array made in inference; its views are marked with it, and what was there before is not. */
export function markInference({ storage }: NDArray): void {
  if (storage.id > inferenceFrom && storage.version >= 0) storage.version = OF_INFERENCE
}

/** Holds while a function runs, or (without one) until what it gives is disposed of: `using _ = noGrad()`. */
export interface Scoped {
  /** @throws {AutogradError} where `body` returns a promise: it would go on after the scope has ended. */
  <T>(body: () => T): T
  (): Disposable
}

function scoped(name: string, next: () => Mode): Scoped {
  // Something that is undefined is no reason to go on without recording.
  const run = <T>(...given: [] | [body: () => T]): T | Disposable =>
    given.length === 0 ? mode.open(next()) : during(name, next(), given[0])
  return run as Scoped
}

/** Without recording: results require no gradient, and leaves may be changed in place. */
export const noGrad: Scoped = scoped('noGrad', () => recordingIf(false))

/** With recording, inside `noGrad` and `inferenceMode` too. */
export const enableGrad: Scoped = scoped('enableGrad', () => recordingIf(true))

/**
 * Without recording, and for good: what is made inside can be used anywhere, but no gradient can ever depend on it. That is
 * noticed where an operation would save it for backward, and spares a wrong gradient where a value was computed unrecorded
 * by mistake.
 */
export const inferenceMode: Scoped = scoped('inferenceMode', inference)

/** Recording on or off, at once: for a function, or until what it gives is disposed of, if ever. */
export function setGradEnabled(records: boolean): Disposable
export function setGradEnabled<T>(records: boolean, body: () => T): T
export function setGradEnabled<T>(records: boolean, ...given: [] | [body: () => T]): T | Disposable {
  if (typeof records !== 'boolean') {
    throw new AutogradError(`setGradEnabled: expected true or false, got ${String(records)}`)
  }
  const next = recordingIf(records)
  return given.length === 0 ? mode.open(next) : during('setGradEnabled', next, given[0])
}

function during<T>(name: string, next: Mode, body: () => T): T {
  if (typeof body !== 'function') throw new AutogradError(`${name}: expected a function, got ${String(body)}`)
  const frame = mode.enter(next)
  try {
    return synchronous(name, body())
  } finally {
    mode.leave(frame)
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
