import {
  type ContractLayout,
  type Device,
  DeviceError,
  type DType,
  type Epilogue,
  type IndexedAxis,
  type Layout,
  type MemoryUsage,
  type ReduceOp,
  type ScanOp,
  type ScatterOp,
  type Storage,
  type TypedArray,
  type TypedProgram,
  turn as turnEventLoop,
  type View,
} from '@rungs/ndarray'
import { type AdapterOptions, type Found, findDevice } from './adapter.ts'
import type { GpuBuffer } from './buffers.ts'
import { type SynchronousHost, synchronousHost } from './collect.ts'
import { Encoder } from './encoder.ts'
import { Health, IndexOperations } from './health.ts'
import type { Machine } from './kernels/call.ts'
import { ContractKernels } from './kernels/contract.ts'
import { IndexKernels } from './kernels/gather.ts'
import { MapKernels } from './kernels/map.ts'
import { ReduceKernels } from './kernels/reduce.ts'
import { ScanKernels } from './kernels/scan.ts'
import { SortKernels } from './kernels/sort.ts'
import { maxBindingBytes } from './limits.ts'
import { Memory } from './memory.ts'
import { Pipelines } from './pipelines.ts'
import { catchingTicks } from './ticks.ts'
import { fromDevice, Staging, toDevice } from './transfer.ts'
import { type Tuning, tuningOf } from './tuning.ts'
import { storedBytes, supportedTypes } from './wgsl/types.ts'

export interface WebGpuOptions extends AdapterOptions {
  /** Bytes by which arrays may grow before the event loop turns; 512 MB. */
  readonly memoryBudget?: number
  /**
   * Let the device collect dead arrays by itself when synchronous code uses the budget up, where the engine can (Node);
   * else, and elsewhere, that is a DeviceError. True.
   */
  readonly collectInSynchronousCode?: boolean
  /** Other choices of kernels than the adapter's own; see `WebGpuDevice.tuning`. */
  readonly tuning?: Partial<Tuning>
}

/** How well caches work; for tests and benchmarks. */
export interface WebGpuCounts {
  readonly dispatches: number
  readonly submits: number
  readonly pipelines: number
  readonly bindGroupsMade: number
  readonly bindGroupsFound: number
  readonly buffersMade: number
  readonly pooledBytes: number
}

const MEGABYTE = 2 ** 20
const DEFAULT_BUDGET = 512 * MEGABYTE
/** Bytes written without a submit, after which one is made: until then the system keeps a copy of them. */
const WRITES_PER_SUBMIT = 64 * MEGABYTE

/** Batches that synchronous code may be ahead of the GPU, where the device can wait: each holds memory until it has run. */
const MAX_AHEAD = 256

/**
 * A device that computes on the GPU.
 * @throws {DeviceError} when there is no adapter; the message says what was tried and what helps.
 */
export async function createWebGpuDevice(options: WebGpuOptions = {}): Promise<WebGpuDevice> {
  return new WebGpuDevice(await findDevice(options), options)
}

/** See `Device`. Made by `createWebGpuDevice`. */
export class WebGpuDevice implements Device {
  readonly name: string = 'webgpu'
  readonly description: string
  readonly dtypes: ReadonlySet<DType>
  readonly maxBuffers: number
  readonly maxBytes: number
  readonly ownsMemory: boolean = true
  readonly usage: MemoryUsage = { arrays: 0, bytes: 0, peakBytes: 0 }
  /** The adapter computes on the processor. */
  readonly isSoftware: boolean
  /** Which kernel computes what on this adapter: a table to print, or to hand over changed. */
  readonly tuning: Tuning
  /** Resolves when the device is lost, and says why. */
  readonly lost: Promise<GPUDeviceLostInfo>

  private readonly gpu: GPUDevice
  private readonly health: Health
  private readonly encoder: Encoder
  private readonly pipelines: Pipelines
  private readonly memory: Memory
  private readonly staging: Staging
  private readonly indices: IndexOperations
  private readonly flags: GpuBuffer
  private readonly mapKernels: MapKernels
  private readonly reduceKernels: ReduceKernels
  private readonly contractKernels: ContractKernels
  private readonly indexKernels: IndexKernels
  private readonly scanKernels: ScanKernels
  private readonly sortKernels: SortKernels
  private readonly host: SynchronousHost | null
  private scheduled = false
  /** Batches begun since the queue was last waited for. */
  private ahead = 0
  private unsubmitted = 0

  constructor({ device, description, vendor, isSoftware }: Found, options: WebGpuOptions) {
    this.gpu = device
    this.description = description
    this.isSoftware = isSoftware
    this.lost = device.lost
    this.tuning = { ...tuningOf(device, vendor, isSoftware), ...options.tuning }
    this.dtypes = supportedTypes(device.features)
    this.maxBuffers = device.limits.maxStorageBuffersPerShaderStage
    this.maxBytes = maxBindingBytes(device)
    this.health = new Health(device)
    this.host = options.collectInSynchronousCode === false ? null : synchronousHost()
    this.encoder = new Encoder(device, () => this.begun())
    this.pipelines = new Pipelines(device, this.encoder.parameters, this.health)
    this.memory = new Memory(device, this.encoder, this.pipelines, {
      budget: options.memoryBudget ?? DEFAULT_BUDGET,
      maxBinding: this.maxBytes,
      host: this.host,
    })
    this.staging = new Staging(device)
    this.indices = new IndexOperations()
    this.flags = this.memory.take(2)
    const machine: Machine = {
      encoder: this.encoder,
      pipelines: this.pipelines,
      tuning: this.tuning,
      takeTemporary: (elements) => this.memory.take(elements),
      giveTemporary: (buffer) => this.memory.give(buffer),
    }
    this.mapKernels = new MapKernels(machine)
    this.reduceKernels = new ReduceKernels(machine)
    this.contractKernels = new ContractKernels(machine, this.mapKernels, this.reduceKernels)
    this.indexKernels = new IndexKernels(machine, this.flags, this.indices)
    this.scanKernels = new ScanKernels(machine)
    this.sortKernels = new SortKernels(machine, this.scanKernels)
  }

  get counts(): WebGpuCounts {
    return {
      dispatches: this.encoder.dispatches,
      submits: this.encoder.submits,
      pipelines: this.pipelines.made,
      bindGroupsMade: this.pipelines.groupsMade,
      bindGroupsFound: this.pipelines.groupsFound,
      buffersMade: this.memory.pool.made,
      pooledBytes: this.memory.pool.pooled,
    }
  }

  allocate(dtype: DType, size: number): GpuBuffer {
    this.health.checkAlive('a new array')
    return this.memory.take(Math.ceil((size * storedBytes(dtype)) / 4))
  }

  release(buffer: GpuBuffer): void {
    this.memory.give(buffer)
  }

  write(storage: Storage, offset: number, data: TypedArray): void {
    this.health.checkAlive('write')
    if (data.length === 0) return
    const buffer = storage.buffer as GpuBuffer
    // Kernels that are recorded but not submitted must still see what was there.
    if (this.encoder.touches(buffer)) this.encoder.flush()
    const stored = toDevice(data, storage.dtype)
    this.gpu.queue.writeBuffer(
      buffer.gpu,
      offset * storedBytes(storage.dtype),
      stored.buffer,
      stored.byteOffset,
      stored.byteLength,
    )
    this.unsubmitted += stored.byteLength
    if (this.unsubmitted < WRITES_PER_SUBMIT) return
    this.encoder.flush()
    this.gpu.queue.submit([])
    this.unsubmitted = 0
  }

  async read(storage: Storage, offset: number, length: number): Promise<TypedArray> {
    this.health.checkAlive('read')
    const each = storedBytes(storage.dtype)
    // Copies begin and end at whole words.
    const start = Math.floor((offset * each) / 4) * 4
    const bytes = Math.ceil(((offset + length) * each - start) / 4) * 4
    const staging = this.staging.take(bytes + 8)
    const flagged = this.indices.pending
    this.indices.pending = false
    const { gpu } = storage.buffer as GpuBuffer
    this.encoder.copying((commands) => {
      if (bytes > 0) commands.copyBufferToBuffer(gpu, start, staging, 0, bytes)
      if (!flagged) return
      commands.copyBufferToBuffer(this.flags.gpu, 0, staging, bytes, 8)
      commands.clearBuffer(this.flags.gpu, 0, 8)
    })
    this.encoder.flush()
    let content: ArrayBuffer
    try {
      content = await this.staging.read(staging, bytes + 8)
    } catch (error) {
      await this.turned('read')
      throw new DeviceError(`webgpu: reading failed: ${String(error)}`)
    }
    await this.turned('read')
    if (flagged) this.indices.check(new Int32Array(content, bytes, 2))
    return fromDevice(content, offset * each - start, length, storage.dtype)
  }

  async turn(): Promise<void> {
    this.health.checkAlive('turn')
    this.encoder.flush()
    await catchingTicks(() => this.gpu.queue.onSubmittedWorkDone())
    await this.turned('turn')
  }

  map(program: TypedProgram, operands: readonly View[], scalars: readonly number[], layout: Layout): void {
    this.health.checkAlive('map')
    this.mapKernels.run(program, operands, scalars, layout)
  }

  reduce(
    op: ReduceOp,
    program: TypedProgram,
    operands: readonly View[],
    scalars: readonly number[],
    layout: Layout,
  ): void {
    this.health.checkAlive(op)
    this.reduceKernels.run(op, program, operands, scalars, layout)
  }

  contract(a: View, b: View, out: View, layout: ContractLayout, epilogue: Epilogue | null): void {
    this.health.checkAlive('contract')
    this.contractKernels.run(a, b, out, layout, epilogue)
  }

  gather(operands: readonly View[], layout: Layout, axis: IndexedAxis): void {
    this.health.checkAlive(axis.operation)
    this.indexKernels.gather(operands, layout, axis)
  }

  scatter(op: ScatterOp, operands: readonly View[], layout: Layout, axis: IndexedAxis): void {
    this.health.checkAlive(axis.operation)
    this.indexKernels.scatter(op, operands, layout, axis)
  }

  scan(op: ScanOp, program: TypedProgram, operands: readonly View[], scalars: readonly number[], layout: Layout): void {
    this.health.checkAlive(`cum${op}`)
    this.scanKernels.run(op, program, operands, scalars, layout)
  }

  sort(operands: readonly View[], layout: Layout, descending: boolean): void {
    this.health.checkAlive('sort')
    this.sortKernels.run(operands, layout, descending)
  }

  /** Give the GPU back: every array on this device is gone, and calls throw a DeviceError. */
  destroy(): void {
    this.health.gone ??= 'destroy() was called'
    this.gpu.destroy()
  }

  /** A batch begins: it is submitted when the event loop turns, unless something else does so before. */
  private begun(): void {
    if (++this.ahead > MAX_AHEAD) {
      this.host?.wait(this.gpu)
      this.ahead = 0
    }
    if (this.scheduled) return
    this.scheduled = true
    void turnEventLoop().then(() => {
      this.scheduled = false
      if (this.health.gone === null) this.encoder.flush()
    })
  }

  /** The queue has caught up: let the event loop turn too, and say what went wrong before. */
  private async turned(operation: string): Promise<void> {
    this.unsubmitted = this.ahead = 0
    await turnEventLoop()
    this.memory.turned()
    await this.health.check(operation)
  }
}
