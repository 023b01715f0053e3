import { inspectAsText } from './asText.ts'
import { defaultDevice } from './defaults.ts'
import type { Device } from './device.ts'
import { RungsError } from './errors.ts'

export interface TimeitOptions {
  /** Calls timed together; found so that a run takes at least 0.2 s when left out. */
  readonly loops?: number
  /** How often that is repeated; 7 when left out. */
  readonly runs?: number
  /** Whose work is waited for; the default device when left out. */
  readonly device?: Device
}

/** Seconds a call, over several runs. */
export class Timing {
  /** Seconds a loop took in each run, on average. */
  readonly times: readonly number[]
  readonly loops: number

  constructor(times: readonly number[], loops: number) {
    this.times = times
    this.loops = loops
  }

  get mean(): number {
    return this.times.reduce((sum, time) => sum + time, 0) / this.times.length
  }
  get std(): number {
    const { mean } = this
    return Math.sqrt(this.times.reduce((sum, time) => sum + (time - mean) ** 2, 0) / this.times.length)
  }
  get best(): number {
    return Math.min(...this.times)
  }
  get worst(): number {
    return Math.max(...this.times)
  }

  /** As IPython's `%timeit` says it, with its warning where one run was over four times slower than another. */
  toString(): string {
    const { times, loops } = this
    const count = `${times.length} run${times.length === 1 ? '' : 's'}, ${loops.toLocaleString('en-US')} loop${loops === 1 ? '' : 's'}`
    const line = `${formatTime(this.mean)} ± ${formatTime(this.std)} per loop (mean ± std. dev. of ${count} each)`
    if (this.worst <= 4 * this.best) return line
    const ratio = (this.worst / this.best).toFixed(2)
    return (
      `The slowest run took ${ratio} times longer than the fastest. ` +
      `This could mean that an intermediate result is being cached.\n${line}`
    )
  }
}

Object.defineProperty(Timing.prototype, Symbol.for('nodejs.util.inspect.custom'), { value: inspectAsText })

/** Time `body` as IPython's `%timeit` does; promises it returns, and the device's queue, are awaited inside the time. */
export async function timeit(body: () => unknown, options: TimeitOptions = {}): Promise<Timing> {
  const { runs = 7, device = defaultDevice() } = options
  const loops = options.loops ?? (await enoughLoops(body, device))
  for (const [name, value] of Object.entries({ loops, runs })) {
    if (!Number.isInteger(value) || value < 1)
      throw new RungsError(`timeit: ${name} must be an integer of 1 or more, got ${value}`)
  }
  const times: number[] = []
  for (let run = 0; run < runs; run++) times.push((await timeLoops(body, loops, device)) / loops)
  return new Timing(times, loops)
}

/** The smallest power of ten of calls that takes 0.2 s. */
async function enoughLoops(body: () => unknown, device: Device): Promise<number> {
  for (let loops = 1; ; loops *= 10) if (loops >= 1e9 || (await timeLoops(body, loops, device)) >= 0.2) return loops
}

async function timeLoops(body: () => unknown, loops: number, device: Device): Promise<number> {
  await device.turn()
  const start = clock.now()
  for (let i = 0; i < loops; i++) {
    const result = body()
    if (result instanceof Promise) await result
  }
  await device.turn()
  return (clock.now() - start) / 1000
}

const { performance: clock } = globalThis as unknown as { readonly performance: { now(): number } }

const units = ['s', 'ms', 'µs', 'ns'] as const

/** Three significant digits and a unit: `325 ms`, `1.07 µs`; above a minute, minutes and seconds. */
export function formatTime(seconds: number): string {
  if (seconds >= 60) {
    const parts: string[] = []
    let rest = seconds
    for (const [unit, length] of [
      ['d', 86400],
      ['h', 3600],
      ['min', 60],
      ['s', 1],
    ] as const) {
      const count = Math.floor(rest / length)
      if (count > 0) parts.push(`${count}${unit}`)
      rest -= count * length
    }
    return parts.join(' ')
  }
  const order = seconds > 0 ? Math.min(Math.max(-Math.floor(Math.floor(Math.log10(seconds)) / 3), 0), 3) : 3
  return `${significant(seconds * 1000 ** order)} ${units[order]}`
}

/** Python's `%.3g` for numbers below a thousand, and its `1e+03` where rounding reaches it. */
function significant(value: number): string {
  if (value === 0) return '0'
  const rounded = Number(value.toPrecision(3))
  return rounded >= 1000 ? '1e+03' : String(rounded)
}
