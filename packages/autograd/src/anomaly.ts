import * as nd from '@rungs/ndarray'
import { checkOptions, DeviceError } from '@rungs/ndarray'
import { AutogradError } from './errors.ts'
import { synchronous } from './gradMode.ts'
import { type Gradients, type Node, observeRecording } from './graph.ts'
import { Setting } from './setting.ts'
import type { Tensor } from './tensor.ts'

export interface AnomalyOptions {
  /** Whether gradients are searched for NaN, which reads every one of them; true when left out. */
  readonly checkNan?: boolean
}

/** Null while nobody looks for anomalies. */
let watching: Required<AnomalyOptions> | null = null
let stopObserving: (() => void) | null = null
const setting = new Setting<Required<AnomalyOptions> | null>(null, (next) => {
  watching = next
  if (next === null) stopObserving?.()
  stopObserving = next === null ? null : (stopObserving ?? observeRecording(remember))
})

/**
 * Find out which line of the forward pass a failing backward pass goes back to: while `body` runs, or until what this gives
 * is disposed of (`using _ = detectAnomaly()`), operations remember where they were called, and an error in backward names
 * that place. A gradient that is NaN is an error too. It is slow: for looking for a mistake, not for training.
 *
 * Searching for NaN needs a device that can be read at once; on others pass `{ checkNan: false }`, or run the step on `cpu`.
 * @throws {AutogradError} where `body` returns a promise.
 */
export function detectAnomaly(options?: AnomalyOptions): Disposable
export function detectAnomaly<T>(body: () => T, options?: AnomalyOptions): T
export function detectAnomaly<T>(first?: (() => T) | AnomalyOptions, second: AnomalyOptions = {}): T | Disposable {
  const [body, options] = typeof first === 'function' ? [first, second] : [null, first ?? {}]
  checkOptions(options, ['checkNan'], 'detectAnomaly')
  const next = { checkNan: options.checkNan ?? true }
  if (body === null) return setting.open(next)
  const frame = setting.enter(next)
  try {
    return synchronous('detectAnomaly', body())
  } finally {
    setting.leave(frame)
  }
}

/** Whether operations remember where they were called. */
export const isAnomalyEnabled = (): boolean => watching !== null

/** Run a node's rule; where anomalies are looked for, an error or a NaN names the operation and its forward line. */
export const runRule = (node: Node, upstream: Tensor): Gradients =>
  watching === null ? node.rule.backward(node, upstream) : watchedRule(node, upstream, watching.checkNan)

function watchedRule(node: Node, upstream: Tensor, checkNan: boolean): Gradients {
  let gradients: Gradients
  try {
    gradients = node.rule.backward(node, upstream)
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error)
    throw new AutogradError(`${text}\n${whereFrom(node)}`, { cause: error })
  }
  if (checkNan)
    gradients.forEach((gradient, i) => {
      if (gradient === null || !node.needs(i) || !hasNaN(gradient)) return
      throw new AutogradError(`Function '${node.name}' returned nan values in its ${i}th output.\n${whereFrom(node)}`)
    })
  return gradients
}

function hasNaN({ array, device }: Tensor): boolean {
  if (device.readSync === undefined) {
    throw new DeviceError(
      `detectAnomaly: ${device.name} cannot be read while a backward pass runs, so gradients there cannot be searched for NaN; ` +
        'pass { checkNan: false } to have errors alone named with their forward line, or run the step on cpu',
    )
  }
  const flags = nd.isNaN(array)
  const found = nd.any(flags)
  try {
    return found.itemSync() !== 0
  } finally {
    flags.dispose()
    found.dispose()
  }
}

const traces = new WeakMap<Node, string>()

const whereFrom = (node: Node): string =>
  `Error detected in ${node.name}. ` +
  (traces.has(node)
    ? `Traceback of forward call that caused the error:\n${traces.get(node)}`
    : 'No forward pass information available. Enable detect anomaly during forward pass for more information.')

/** Engines with a limit keep ten frames otherwise, most of them in this package. */
const limited = Error as { stackTraceLimit?: number | undefined }

function remember(node: Node): void {
  const limit = limited.stackTraceLimit
  limited.stackTraceLimit = 50
  const { stack = '' } = new Error()
  limited.stackTraceLimit = limit
  traces.set(node, callersOf(stack))
}

/** The lines of a stack of this file that are not of this package; all of them where it is bundled with its user. */
function callersOf(stack: string): string {
  const frames = stack.split('\n').filter((line) => /:\d+:\d+/.test(line))
  const [here] = /[^\s(@]*\//.exec(frames[0] ?? '') ?? []
  const outside = frames.filter((line) => here === undefined || !line.includes(here))
  return (outside.length > 0 ? outside : frames).join('\n')
}
