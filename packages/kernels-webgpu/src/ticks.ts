type Schedule = (callback: () => void) => unknown

/** A look of Dawn at its queue that is due. */
interface Tick {
  callback: (() => void) | null
}

const due = new Set<Tick>()

/**
 * In Node, Dawn settles promises in a `setImmediate` that it asks for by that name when one is made. Here the callback is
 * remembered on its way, so that `runTicks` can run it in the middle of synchronous code. Elsewhere just the call.
 */
export function catchingTicks<T>(call: () => T): T {
  const host = globalThis as unknown as { setImmediate?: Schedule }
  const original = host.setImmediate
  if (original === undefined) return call()
  host.setImmediate = (callback) => {
    const tick: Tick = { callback }
    due.add(tick)
    return original(() => run(tick))
  }
  try {
    return call()
  } finally {
    host.setImmediate = original
  }
}

/** Let Dawn look at its queue now; false where it has nothing to look for, or asked while nobody listened. */
export function runTicks(): boolean {
  const ticks = [...due]
  ticks.forEach(run)
  return ticks.length > 0
}

function run(tick: Tick): void {
  due.delete(tick)
  const { callback } = tick
  tick.callback = null
  if (callback !== null) catchingTicks(callback)
}
