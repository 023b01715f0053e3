import { DeviceError, IndexError } from '@rungs/ndarray'

/** What went wrong on the GPU, where errors arrive after the call that caused them: kept until somebody reads. */
export class Health {
  /** Why the device is gone, once it is. */
  gone: string | null = null
  /** Leave errors of the device to others. */
  readonly stop: () => void
  private first: string | null = null
  /** The same for errors that a scope caught: what follows from them is reported sooner than they are. */
  private cause: string | null = null
  private readonly watched = new Set<Promise<void>>()

  /** `lastKernel` names what was sent last. */
  constructor(device: GPUDevice, lastKernel: () => string | null) {
    const onError = (event: Event): void => {
      const { error } = event as GPUUncapturedErrorEvent
      event.preventDefault()
      this.note(
        error.constructor.name === 'GPUOutOfMemoryError'
          ? `out of memory on the GPU (${error.message}): hold fewer or smaller arrays, or use tidy`
          : error.message,
      )
    }
    device.addEventListener('uncapturederror', onError)
    this.stop = () => device.removeEventListener('uncapturederror', onError)
    void device.lost.then(({ reason, message }) => {
      const after = lastKernel() === null ? '' : ` after ${lastKernel()}`
      const what = reason === 'destroyed' ? 'it was destroyed' : `the system took it away${after}`
      this.gone ??= message === '' ? what : `${what}: ${message}`
    })
  }

  note(problem: string): void {
    this.first ??= problem
  }

  /** An error scope that was just popped, and how its error is told. */
  watch(scope: Promise<GPUError | null>, tell: (error: GPUError) => string): void {
    const seen = scope.then(
      (error) => {
        if (error === null) return
        const told = tell(error)
        this.cause ??= told
      },
      // The device is gone, which is told elsewhere.
      () => {},
    )
    const done = seen.then(() => {
      this.watched.delete(done)
    })
    this.watched.add(done)
  }

  /** @throws {DeviceError} when the device is lost. */
  checkAlive(operation: string): void {
    if (this.gone !== null) {
      throw new DeviceError(
        `${operation}: the WebGPU device is lost (${this.gone}); make another with createWebGpuDevice() and move what is ` +
          'needed to it from arrays on cpu',
      )
    }
  }

  /** @throws {DeviceError} naming the first thing that failed since the last look. */
  async check(operation: string): Promise<void> {
    if (this.watched.size > 0) await Promise.all(this.watched)
    this.checkAlive(operation)
    const problem = this.cause ?? this.first
    if (problem === null) return
    this.cause = this.first = null
    throw new DeviceError(`webgpu, noticed at ${operation}: ${problem}`)
  }
}

/** Names of operations that look up indices, by the numbers that kernels raise. */
export class IndexOperations {
  /** A lookup was recorded since the flag was last read. */
  pending = false
  private readonly numbers = new Map<string, number>()
  private readonly names: { operation: string; size: number }[] = []

  numberOf(operation: string, size: number): number {
    this.pending = true
    const key = `${operation}|${size}`
    let number = this.numbers.get(key)
    if (number === undefined) {
      number = this.names.push({ operation, size })
      this.numbers.set(key, number)
    }
    return number
  }

  /** @throws {IndexError} when the flag is raised. */
  check(flags: Int32Array): void {
    const [number = 0, index] = flags
    if (number === 0) return
    const { operation, size } = this.names[number - 1]!
    throw new IndexError(
      `${operation}: index ${index} is out of bounds for a dim of size ${size}; valid are ${-size} to ${size - 1} ` +
        '(webgpu notices at the next read)',
    )
  }
}
