import { DeviceError, type Storage, type TypedArray, turn as turnEventLoop } from '@rungs/ndarray'
import type { GpuBuffer } from './buffers.ts'
import type { SynchronousHost } from './collect.ts'
import type { Encoder } from './encoder.ts'
import type { Health, IndexOperations } from './health.ts'
import { READ_WITH } from './limits.ts'
import { type Memory, megabytes } from './memory.ts'
import { catchingTicks } from './ticks.ts'
import { fromDevice, Staging, toDevice } from './transfer.ts'
import { storedBytes } from './wgsl/types.ts'

/** Bytes written without a submit, after which one is made: until then the system keeps a copy of them. */
const WRITES_PER_SUBMIT = 64 * 2 ** 20
/** Batches that synchronous code may be ahead of the GPU: each holds memory until it has run. */
const MAX_AHEAD = 256
/** The same where the device cannot wait for the GPU, and has to end the loop: about half a gigabyte of parameters. */
const MAX_AHEAD_UNAWAITED = 8192

export interface TrafficParts {
  readonly gpu: GPUDevice
  readonly encoder: Encoder
  readonly memory: Memory
  readonly health: Health
  readonly indices: IndexOperations
  /** Where kernels raise a wrong index. */
  readonly flags: GpuBuffer
  readonly host: SynchronousHost | null
  /** Bytes that may be written while the event loop does not turn. */
  readonly budget: number
}

/** What goes to the GPU and comes back, and how far the program may run ahead of it. */
export class Traffic {
  private readonly parts: TrafficParts
  private readonly staging: Staging
  private scheduled = false
  /** Batches begun, and bytes written, since the queue was last waited for. */
  private ahead = 0
  private written = 0
  private unsubmitted = 0

  constructor(parts: TrafficParts) {
    this.parts = parts
    this.staging = new Staging(parts.gpu)
  }

  write(storage: Storage, offset: number, data: TypedArray): void {
    const { encoder, gpu, budget } = this.parts
    if (data.length === 0 || encoder.rehearsing) return
    const buffer = wholeBuffer(storage, 'write')
    const stored = toDevice(data, storage.dtype)
    if (this.written > 0 && this.written + stored.byteLength > budget)
      this.catchUp(`${megabytes(this.written)} were written`)
    this.written += stored.byteLength
    // Kernels that are recorded but not submitted must still see what was there.
    if (encoder.touches(buffer)) encoder.flush()
    gpu.queue.writeBuffer(
      buffer.gpu,
      buffer.offset + offset * storedBytes(storage.dtype),
      stored.buffer,
      stored.byteOffset,
      stored.byteLength,
    )
    this.unsubmitted += stored.byteLength
    if (this.unsubmitted < WRITES_PER_SUBMIT) return
    encoder.flush()
    gpu.queue.submit([])
    this.unsubmitted = 0
  }

  async read(storage: Storage, offset: number, length: number): Promise<TypedArray> {
    const { encoder, indices, flags } = this.parts
    if (encoder.rehearsing) {
      throw new DeviceError('warmup: the function reads values, and nothing is computed yet: read after warmup')
    }
    const each = storedBytes(storage.dtype)
    // Copies begin and end at whole words.
    const start = Math.floor((offset * each) / 4) * 4
    const bytes = Math.ceil(((offset + length) * each - start) / 4) * 4
    const buffer = wholeBuffer(storage, 'read')
    const staging = this.staging.take(bytes + READ_WITH)
    const flagged = indices.pending
    indices.pending = false
    encoder.copying((commands) => {
      if (bytes > 0) commands.copyBufferToBuffer(buffer.gpu, buffer.offset + start, staging, 0, bytes)
      if (!flagged) return
      commands.copyBufferToBuffer(flags.gpu, flags.offset, staging, bytes, READ_WITH)
      commands.clearBuffer(flags.gpu, flags.offset, READ_WITH)
    })
    encoder.flush()
    let content: ArrayBuffer
    try {
      content = await this.staging.read(staging, bytes + READ_WITH)
    } catch (error) {
      await this.turned('read')
      throw new DeviceError(`webgpu: reading failed: ${String(error)}`)
    }
    await this.turned('read')
    if (flagged) indices.check(new Int32Array(content, bytes, 2))
    return fromDevice(content, offset * each - start, length, storage.dtype)
  }

  /** Submit what is recorded, let it run, and say what went wrong. */
  async settle(operation: string): Promise<void> {
    const { encoder, gpu } = this.parts
    encoder.flush()
    await catchingTicks(() => gpu.queue.onSubmittedWorkDone())
    await this.turned(operation)
  }

  /** A batch begins: it is submitted when the event loop turns, unless something else does so before. */
  begun(): void {
    const { host, health, encoder } = this.parts
    if (!this.scheduled) {
      this.scheduled = true
      void turnEventLoop().then(() => {
        this.scheduled = false
        if (health.gone === null) encoder.flush()
      })
    }
    if (++this.ahead > (host === null ? MAX_AHEAD_UNAWAITED : MAX_AHEAD)) {
      this.catchUp(`${this.ahead} batches of kernels were recorded`)
    }
  }

  /** Let the GPU catch up. @throws {DeviceError} where synchronous code cannot wait. */
  private catchUp(what: string): void {
    const { host, gpu } = this.parts
    this.ahead = this.written = 0
    if (host !== null) {
      host.wait(gpu)
      return
    }
    throw new DeviceError(
      `webgpu: ${what} since the event loop last turned, and all of it waits in memory until it does: write ` +
        "'await device.turn()' or read a value every so often in the loop",
    )
  }

  /** The queue has caught up: let the event loop turn too, and say what went wrong before. */
  private async turned(operation: string): Promise<void> {
    const { memory, health } = this.parts
    this.unsubmitted = this.written = this.ahead = 0
    await turnEventLoop()
    memory.turned()
    await health.check(operation)
  }
}

/** @throws {DeviceError} when there is nothing in the buffer. */
function wholeBuffer({ buffer }: Storage, operation: string): GpuBuffer {
  const found = buffer as GpuBuffer
  if (found.lacking !== null) throw new DeviceError(`${operation}: the array has no values: ${found.lacking}`)
  return found
}
