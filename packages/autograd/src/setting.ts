/** What one scope sets, and the scope around it. */
export interface Frame<T> {
  readonly value: T
  readonly outer: Frame<T> | null
  open: boolean
}

/**
 * A setting that scopes change. The innermost scope that is open decides, so scopes may close in any order, as those of
 * asynchronous functions do.
 */
export class Setting<T> {
  private readonly apply: (value: T) => void
  private current: Frame<T>

  /** @param apply called with the value whenever it may have changed. */
  constructor(initial: T, apply: (value: T) => void) {
    this.apply = apply
    this.current = { value: initial, outer: null, open: true }
  }

  enter(value: T): Frame<T> {
    const frame = { value, outer: this.current, open: true }
    this.become(frame)
    return frame
  }

  /** End a scope of synchronous code; what was left open inside ends with it. */
  leave(frame: Frame<T>): void {
    frame.open = false
    this.become(frame.outer!)
  }

  /** For `using`: `value` until it is disposed of. */
  open(value: T): Disposable {
    const frame = this.enter(value)
    return {
      [Symbol.dispose]: () => {
        frame.open = false
        this.become(this.current)
      },
    }
  }

  private become(frame: Frame<T>): void {
    let last = frame
    while (!last.open) last = last.outer!
    this.current = last
    this.apply(last.value)
  }
}
