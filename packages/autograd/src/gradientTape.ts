import { checkOptions, onesLike, zerosLike } from '@rungs/ndarray'
import { runBackward } from './backward.ts'
import { AutogradError } from './errors.ts'
import { upstreamOf } from './grad.ts'
import { enableGrad, synchronous } from './gradMode.ts'
import { edgeOf, type Node } from './graph.ts'
import { checkTensors, isTracked } from './operator.ts'
import { Tensor } from './tensor.ts'
import { mapTensors, tensorsIn } from './tree.ts'
import { Variable } from './variable.ts'

export interface TapeOptions {
  /** Whether `gradient` may be called more than once; false when left out. */
  readonly persistent?: boolean
  /** Whether trainable variables are watched by themselves; true when left out. */
  readonly watchAccessedVariables?: boolean
}

export interface TapeGradientOptions {
  /** The gradients of what follows, one for each target; ones when left out. */
  readonly outputGradients?: Tensor | readonly Tensor[]
  /** What stands for the gradient of what the target does not depend on; 'none', which is null, when left out. */
  readonly unconnectedGradients?: 'none' | 'zero'
}

/** What one has for gradients: null where the target does not depend on a source. */
export type TapeGradients<S> = S extends Tensor ? Tensor | null : { [K in keyof S]: TapeGradients<S[K]> }

type Sources = Tensor | readonly Sources[] | { readonly [name: string]: Sources }

/** Tapes that record now. */
const open = new Set<GradientTape>()

/** TensorFlow's view of gradients: a tape that knows what it watches; see `gradientTape`. */
export class GradientTape implements Disposable {
  private readonly persistent: boolean
  private readonly watchesVariables: boolean
  private readonly recording: Disposable
  private readonly watched: Set<Tensor> = new Set()
  /** What required no gradient before it was watched, and requires none when nobody watches it any more. */
  private readonly borrowed: Set<Tensor> = new Set()
  private used = false

  constructor(options: TapeOptions = {}) {
    checkOptions(options, ['persistent', 'watchAccessedVariables'], 'gradientTape')
    this.persistent = options.persistent ?? false
    this.watchesVariables = options.watchAccessedVariables ?? true
    this.recording = enableGrad()
    open.add(this)
  }

  /**
   * Record what is computed from a tensor, or from several, from here on.
   * @throws {AutogradError} for a dtype that is no float.
   */
  watch(tensors: Tensor | readonly Tensor[]): void {
    const list = tensors instanceof Tensor ? [tensors] : tensors
    checkTensors('watch', list)
    for (const x of list) {
      if (!x.requiresGrad || isBorrowed(x)) {
        x.requiresGrad = true
        this.borrowed.add(x)
      }
      this.watched.add(x)
    }
  }

  /**
   * The gradients of a target, or of the sum of several, with respect to sources, in their structure: a tensor, or lists and
   * plain objects of them. A source is a variable, a watched tensor, or what was computed from such; null for any other.
   * Where another tape records, this is recorded too, so that its gradients have gradients.
   * @throws {AutogradError} the second time, unless the tape is persistent.
   */
  gradient<const S extends Sources>(
    target: Tensor | readonly Tensor[],
    sources: S,
    options: TapeGradientOptions = {},
  ): TapeGradients<S> {
    checkOptions(options, ['outputGradients', 'unconnectedGradients'], 'gradient')
    const { outputGradients, unconnectedGradients = 'none' } = options
    if (unconnectedGradients !== 'none' && unconnectedGradients !== 'zero') {
      throw new AutogradError(
        `Unknown value for unconnected_gradients: '${String(unconnectedGradients)}'; there are 'none' and 'zero'`,
      )
    }
    if (this.used && !this.persistent) {
      throw new AutogradError(
        'A non-persistent GradientTape can only be used to compute one set of gradients (or jacobians); make it persistent: ' +
          'gradientTape(body, { persistent: true })',
      )
    }
    this.used = true
    const nodes = new Map(tensorsIn(sources).map((x) => [x, this.nodeOf(x)]))
    const captured = [...new Set(nodes.values())].filter((node) => node !== null)
    const found = this.run(target, captured, outputGradients)
    return mapTensors(sources as Tensor, (x) => {
      const node = nodes.get(x) ?? null
      const gradient = node === null ? null : (found[captured.indexOf(node)] ?? null)
      return gradient ?? (unconnectedGradients === 'zero' ? new Tensor(zerosLike(x.array)) : null)!
    }) as TapeGradients<S>
  }

  private run(
    target: Tensor | readonly Tensor[],
    captured: readonly Node[],
    outputGradients: Tensor | readonly Tensor[] | undefined,
  ): (Tensor | null)[] {
    const targets = target instanceof Tensor ? [target] : target
    checkTensors('gradient', targets)
    const given = outputGradients instanceof Tensor ? [outputGradients] : outputGradients
    const upstream = upstreamOf(targets, given ?? targets.map((x) => new Tensor(onesLike(x.array))))
    const tracked = targets.flatMap((x, i) => (isTracked(x) ? [i] : []))
    if (captured.length === 0 || tracked.length === 0) return []
    const recorded = [...open].some((tape) => tape !== this || this.persistent)
    return runBackward(
      tracked.map((i) => edgeOf(targets[i]!)),
      tracked.map((i) => upstream[i]!),
      { retainGraph: this.persistent || recorded, createGraph: recorded, captured },
    )
  }

  /** Where the gradient of a source arrives; null where this tape has no part in it. */
  private nodeOf(x: Tensor): Node | null {
    if (x.gradFn !== null) return x.gradFn
    const counts = this.watched.has(x) || (this.watchesVariables && x instanceof Variable && x.trainable)
    return counts ? edgeOf(x) : null
  }

  /** Whether this tape is why a tensor requires a gradient. */
  borrows(x: Tensor): boolean {
    return this.borrowed.has(x)
  }

  /** Stop recording; gradients can be asked for afterwards. */
  [Symbol.dispose](): void {
    if (!open.delete(this)) return
    this.recording[Symbol.dispose]()
    for (const x of this.borrowed) if (!isBorrowed(x)) x.requiresGrad = false
  }
}

const isBorrowed = (x: Tensor): boolean => [...open].some((tape) => tape.borrows(x))

/**
 * TensorFlow's `GradientTape`, for people who think in it: record what `body` computes from variables and from what it has the
 * tape watch, and ask the tape for gradients, inside or afterwards. Without a function, what it gives is the tape, which records
 * to the end of the block: `using tape = gradientTape()`.
 *
 * ```ts
 * const w = variable([1, 2])
 * const [gradient] = gradientTape((tape) => tape.gradient(w.square().sum(), [w]))
 * w.assignSub(gradient!.mul(0.1))
 * ```
 * @throws {AutogradError} where `body` returns a promise.
 */
export function gradientTape(options?: TapeOptions): GradientTape
export function gradientTape<T>(body: (tape: GradientTape) => T, options?: TapeOptions): T
export function gradientTape<T>(
  first?: ((tape: GradientTape) => T) | TapeOptions,
  options?: TapeOptions,
): T | GradientTape {
  if (typeof first !== 'function') return new GradientTape(first)
  const tape = new GradientTape(options)
  try {
    return synchronous('gradientTape', first(tape))
  } finally {
    tape[Symbol.dispose]()
  }
}
