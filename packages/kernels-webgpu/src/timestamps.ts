import type { Encoder } from './encoder.ts'
import { catchingTicks } from './ticks.ts'
import { bufferUsage, mapMode } from './usage.ts'

/** Times that one set holds, two a kernel: what every adapter allows. */
const TIMES_PER_SET = 4096

/** When kernels begin and end, by the GPU's own clock. */
export class Timestamps {
  private readonly device: GPUDevice
  private readonly sets: GPUQuerySet[] = []
  private taken = 0

  constructor(device: GPUDevice) {
    this.device = device
  }

  /** Where the next kernel's times go. */
  next(): GPUComputePassTimestampWrites {
    const at = this.taken % TIMES_PER_SET
    if (at === 0) this.sets.push(this.device.createQuerySet({ type: 'timestamp', count: TIMES_PER_SET }))
    this.taken += 2
    return { querySet: this.sets.at(-1)!, beginningOfPassWriteIndex: at, endOfPassWriteIndex: at + 1 }
  }

  /** Milliseconds of each kernel, in order. */
  async read(encoder: Encoder): Promise<number[]> {
    if (this.taken === 0) return []
    const size = this.taken * 8
    const { queryResolve, copySrc, copyDst, mapRead } = bufferUsage
    const resolved = this.device.createBuffer({ label: 'times', size, usage: queryResolve | copySrc })
    const staging = this.device.createBuffer({ label: 'times, read back', size, usage: mapRead | copyDst })
    encoder.copying((commands) => {
      this.sets.forEach((set, i) => {
        const count = Math.min(TIMES_PER_SET, this.taken - i * TIMES_PER_SET)
        commands.resolveQuerySet(set, 0, count, resolved, i * TIMES_PER_SET * 8)
      })
      commands.copyBufferToBuffer(resolved, 0, staging, 0, size)
    })
    encoder.flush()
    await catchingTicks(() => staging.mapAsync(mapMode.read))
    const times = new BigUint64Array(staging.getMappedRange())
    const durations = Array.from({ length: this.taken / 2 }, (_, i) => Number(times[2 * i + 1]! - times[2 * i]!) / 1e6)
    resolved.destroy()
    staging.destroy()
    return durations
  }

  destroy(): void {
    for (const set of this.sets) set.destroy()
  }
}
