import { currentScope, type Scope, type Storage, setScope, storagesMade } from '@rungs/ndarray'
import type { Tensor } from './tensor.ts'

/** Values that a pass computes anew, for the operations from `first` on that need them. */
export interface Recomputed {
  /** The number of the earliest of these operations. */
  readonly first: number
  /** Let go of them: the storages that nobody needs any more. */
  drop(): Iterable<Storage>
}

let innermost: Ownership | null = null
/** The pass that runs, the inner one where a rule computes gradients itself. */
export const currentPass = (): Ownership | null => innermost

/**
 * What memory a backward pass owns: all that was made in it, but for what users can reach. Each storage counts the
 * gradients on their way that live in it (its pins), views of it included; when the last has been used up, it is released
 * at once, and so is what a rule made and did not return. A pass in which user code runs, or that is recorded, owns nothing.
 */
export class Ownership {
  private readonly active: boolean
  private readonly first: number = storagesMade()
  private readonly outer: Scope | null = currentScope()
  /** Storages made since the last `settle`. */
  private readonly scope: Scope = { storages: new Set() }

  private readonly given: Storage[] = []
  private readonly around: Ownership | null = innermost
  private recomputed: Recomputed[] = []

  constructor(active: boolean) {
    this.active = active
    innermost = this
    if (active) setScope(this.scope)
  }

  /** A gradient is on its way. */
  pin(gradient: Tensor): void {
    const { storage } = gradient
    if (this.owns(storage)) storage.pins++
  }

  /** A gradient is used up: its memory goes unless another one lives in it. */
  unpin(gradient: Tensor): void {
    const { storage } = gradient
    if (this.owns(storage) && --storage.pins === 0) storage.release()
  }

  /** A gradient that the user gets stays, whoever else has used it up. */
  keep({ storage }: Tensor): void {
    if (this.owns(storage)) storage.pins = Infinity
  }

  /** As `keep`, for a gradient that the pass returns: whoever called the pass, a `tidy` or another pass, owns it then. */
  give(gradient: Tensor): void {
    this.keep(gradient)
    if (this.owns(gradient.storage)) this.given.push(gradient.storage)
  }

  /** Whether nobody else can see the gradient's memory, all of which it is. */
  mayChange({ array }: Tensor): boolean {
    const { storage } = array
    return this.owns(storage) && storage.pins === 1 && array.isContiguous && array.size === storage.size
  }

  /** A rule has run on `used`: release it, and what the rule made for itself. */
  settle(used?: Tensor): void {
    if (!this.active) return
    for (const storage of this.scope.storages) if (storage.pins === 0) storage.release()
    this.scope.storages.clear()
    if (used !== undefined) this.unpin(used)
  }

  /** Run users' code that sees no gradient on its way: the pass owns nothing that it makes. */
  outside(body: () => void): void {
    if (this.active) setScope(this.outer)
    try {
      body()
    } finally {
      if (this.active) setScope(this.scope)
    }
  }

  /** Lend `values` to the operations that need them. */
  lend(values: Recomputed): void {
    this.recomputed.push(values)
  }

  /** Take back what was lent to operations after number `sequence`: the pass goes from the last to the first. */
  takeBack(sequence: number): void {
    const over = this.recomputed.filter(({ first }) => first > sequence)
    if (over.length === 0) return
    this.recomputed = this.recomputed.filter(({ first }) => first <= sequence)
    // Inner ones were lent later, and to operations that are among the outer one's.
    for (const values of over.reverse()) {
      for (const storage of values.drop()) {
        if (!this.active) this.outer?.storages.add(storage)
        else if (storage.pins === 0) storage.release()
      }
    }
  }

  close(): void {
    this.takeBack(0)
    innermost = this.around
    if (!this.active) return
    setScope(this.outer)
    for (const storage of this.given) {
      storage.pins = 0
      this.outer?.storages.add(storage)
    }
  }

  private owns(storage: Storage): boolean {
    return this.active && storage.id > this.first
  }
}
