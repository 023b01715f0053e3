import { DeviceError, type Storage, type TypedArray, turn as turnEventLoop } from '@rungs/ndarray'
import type { GpuBuffer } from './buffers.ts'
import type { SynchronousHost } from './collect.ts'
import type { Encoder } from './encoder.ts'
import type { Health, IndexOperations } from './health.ts'
import { type Memory, megabytes } from './memory.ts'
import { catchingTicks } from './ticks.ts'
import { fromDevice, Staging, toDevice } from './transfer.ts'
import { storedBytes } from './wgsl/types.ts'

/** Bytes written without a submit, after which one is made: until then the system keeps a copy of them. */
const WRITES_PER_SUBMIT = 64 * 2 ** 20
/** A wrong index, with the number of its operation. */
export const FLAG_BYTES = 8
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
  private following = false
  /** Batches begun and bytes written in all, and how many of them the GPU is known to be done with. */
  private batches = 0
  private batchesDone = 0
  private bytes = 0
  private bytesDone = 0
  private unsubmitted = 0

  constructor(parts: TrafficParts) {
    this.parts = parts
    this.staging = new Staging(parts.gpu)
  }

  write(storage: Storage, offset: number, data: TypedArray): void {
    const { encoder, gpu, budget } = this.parts
    if (data.length === 0 || encoder.rehearsal !== null) return
    const buffer = wholeBuffer(storage, 'write')
    const stored = toDevice(data, storage.dtype)
    checkWords(storage, offset, data.length)
    const waiting = this.bytes - this.bytesDone
    if (waiting > 0 && waiting + stored.byteLength > budget) this.catchUp(`${megabytes(waiting)} were written`)
    this.bytes += stored.byteLength
    this.schedule()
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
    if (this.unsubmitted >= WRITES_PER_SUBMIT) this.submit()
  }

  async read(storage: Storage, offset: number, length: number): Promise<TypedArray> {
    const { encoder, indices, flags } = this.parts
    if (encoder.rehearsal !== null) {
      throw new DeviceError('warmup: the function reads values, and nothing is computed yet: read after warmup')
    }
    const each = storedBytes(storage.dtype)
    // Copies begin and end at whole words.
    const start = Math.floor((offset * each) / 4) * 4
    const bytes = Math.ceil(((offset + length) * each - start) / 4) * 4
    const buffer = wholeBuffer(storage, 'read')
    const flagged = indices.pending
    // Not in one buffer: an array may be as large as the largest.
    const [staging, flagStaging] = encoder.copying((commands) => {
      const content = this.staging.take(bytes)
      if (bytes > 0) commands.copyBufferToBuffer(buffer.gpu, buffer.offset + start, content, 0, bytes)
      if (!flagged) return [content, null]
      const flag = this.staging.take(FLAG_BYTES)
      commands.copyBufferToBuffer(flags.gpu, flags.offset, flag, 0, FLAG_BYTES)
      commands.clearBuffer(flags.gpu, flags.offset, FLAG_BYTES)
      return [content, flag]
    })
    indices.pending = false
    this.submit()
    const reached = this.mark()
    let content: ArrayBuffer
    let flag: ArrayBuffer | null
    try {
      const reading = flagStaging === null ? null : this.staging.read(flagStaging, FLAG_BYTES)
      ;[content, flag] = await Promise.all([this.staging.read(staging, bytes), reading])
      reached()
    } catch (error) {
      await this.turned('read')
      throw new DeviceError(`webgpu: reading failed: ${String(error)}`)
    }
    await this.turned('read')
    if (flag !== null) indices.check(new Int32Array(flag))
    return fromDevice(content, offset * each - start, length, storage.dtype)
  }

  /** Submit what is recorded, let it run, and say what went wrong. */
  async settle(operation: string): Promise<void> {
    this.submit()
    await this.ran()
    await this.turned(operation)
  }

  destroy(): void {
    this.staging.destroy()
  }

  /** A batch of kernels begins. @throws {DeviceError} where too many wait for the GPU, and synchronous code cannot. */
  begin(): void {
    const waiting = this.batches + 1 - this.batchesDone
    if (waiting > (this.parts.host === null ? MAX_AHEAD_UNAWAITED : MAX_AHEAD)) {
      this.catchUp(`${waiting} batches of kernels were recorded`)
    }
    this.batches++
    this.schedule()
  }

  /** What is recorded and written goes off when the event loop turns, unless something sends it before. */
  schedule(): void {
    if (this.scheduled) return
    this.scheduled = true
    const { health } = this.parts
    const turned = turnEventLoop().then(() => {
      this.scheduled = false
      if (health.gone !== null) return
      this.submit()
      return this.follow()
    })
    turned.catch((error: unknown) => health.note(`waiting for the GPU: ${String(error)}`))
  }

  /** Note what the GPU has done, until that is all: a program that never reads is not ahead of it for ever. */
  private async follow(): Promise<void> {
    if (this.following) return
    this.following = true
    try {
      while (this.parts.health.gone === null && this.isAhead()) {
        this.submit()
        await this.ran()
      }
    } finally {
      this.following = false
    }
  }

  private isAhead(): boolean {
    return this.batches > this.batchesDone || this.bytes > this.bytesDone
  }

  /** Wait until what is submitted has run. */
  private async ran(): Promise<void> {
    const reached = this.mark()
    await catchingTicks(() => this.parts.gpu.queue.onSubmittedWorkDone())
    reached()
  }

  /** To be called when everything that is submitted by now has run. */
  private mark(): () => void {
    const { batches, bytes } = this
    return () => {
      this.batchesDone = Math.max(this.batchesDone, batches)
      this.bytesDone = Math.max(this.bytesDone, bytes)
    }
  }

  /** Send what is recorded, and what is written where nothing is recorded. */
  private submit(): void {
    const { encoder, gpu } = this.parts
    const { submits } = encoder
    encoder.flush()
    if (this.unsubmitted > 0 && encoder.submits === submits) gpu.queue.submit([])
    this.unsubmitted = 0
  }

  /** Let the GPU catch up. @throws {DeviceError} where synchronous code cannot wait. */
  private catchUp(what: string): void {
    const { host, gpu } = this.parts
    if (host !== null) {
      host.wait(gpu)
      this.mark()()
      return
    }
    throw new DeviceError(
      `webgpu: ${what} ahead of the GPU, and all of it waits in memory until the event loop turns: write ` +
        "'await device.turn()' or read a value every so often in the loop",
    )
  }

  /** The queue has caught up: let the event loop turn too, and say what went wrong before. */
  private async turned(operation: string): Promise<void> {
    const { memory, health } = this.parts
    await turnEventLoop()
    memory.turned()
    await health.check(operation)
  }
}

/** Writes take whole words. @throws {DeviceError} where one would touch half of a word that holds another element. */
function checkWords({ dtype, size }: Storage, offset: number, length: number): void {
  if (dtype !== 'float16' || (offset % 2 === 0 && (length % 2 === 0 || offset + length === size))) return
  throw new DeviceError(
    `write: ${length} float16 elements at ${offset} begin or end in the middle of a word of four bytes; write pairs`,
  )
}

/** @throws {DeviceError} when there is nothing in the buffer. */
function wholeBuffer({ buffer }: Storage, operation: string): GpuBuffer {
  const found = buffer as GpuBuffer
  if (found.lacking !== null) throw new DeviceError(`${operation}: the array has no values: ${found.lacking}`)
  return found
}
