import type {
  ContractLayout,
  Device,
  DType,
  Epilogue,
  IndexedAxis,
  Layout,
  MemoryUsage,
  ReduceOp,
  ScanOp,
  ScatterOp,
  Storage,
  TypedArray,
  TypedProgram,
  View,
} from '@rungs/ndarray'
import { type AdapterOptions, type Found, findDevice } from './adapter.ts'
import type { GpuBuffer } from './buffers.ts'
import { type Ceilings, measureCeilings } from './ceilings.ts'
import { synchronousHost } from './collect.ts'
import { Encoder } from './encoder.ts'
import { Explainer, type Explanation } from './explain.ts'
import { Health, IndexOperations } from './health.ts'
import type { Machine } from './kernels/call.ts'
import { ContractKernels } from './kernels/contract.ts'
import { IndexKernels } from './kernels/gather.ts'
import { MapKernels } from './kernels/map.ts'
import { ReduceKernels } from './kernels/reduce.ts'
import { RowKernels } from './kernels/rows.ts'
import { ScanKernels } from './kernels/scan.ts'
import { SortKernels } from './kernels/sort.ts'
import { MOST_BUFFERS, maxBindingBytes } from './limits.ts'
import { Memory } from './memory.ts'
import { Pipelines } from './pipelines.ts'
import { Profile, Profiler } from './profile.ts'
import { Timestamps } from './timestamps.ts'
import { FLAG_BYTES, Traffic } from './traffic.ts'
import { type Tuning, tuningOf } from './tuning.ts'
import { compileAhead, rehearse } from './warmup.ts'
import { Turns, watching } from './watching.ts'
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
  /** Bytes of GPU memory held for arrays, in use or waiting in the pool, and the most there ever were. */
  readonly heldBytes: number
  readonly peakHeldBytes: number
}

const DEFAULT_BUDGET = 512 * 2 ** 20

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
  /** Where threads work in teams: alone they take steps one by one faster. */
  readonly rows?: NonNullable<Device['rows']>

  private readonly gpu: GPUDevice
  private readonly isLent: boolean
  private readonly health: Health
  private readonly encoder: Encoder
  private readonly pipelines: Pipelines
  private readonly memory: Memory
  private readonly traffic: Traffic
  private readonly turns = new Turns()
  private readonly mapKernels: MapKernels
  private readonly reduceKernels: ReduceKernels
  private readonly contractKernels: ContractKernels
  private readonly indexKernels: IndexKernels
  private readonly scanKernels: ScanKernels
  private readonly sortKernels: SortKernels
  private measured: Promise<Ceilings> | null = null

  constructor(found: Found, options: WebGpuOptions) {
    const { device, description, isSoftware, isLent } = found
    this.gpu = device
    this.isLent = isLent
    this.description = description
    this.isSoftware = isSoftware
    this.lost = device.lost
    this.tuning = tuningOf(found, options.tuning)
    this.dtypes = supportedTypes(device.features)
    this.maxBuffers = Math.min(device.limits.maxStorageBuffersPerShaderStage, MOST_BUFFERS)
    this.maxBytes = maxBindingBytes(device)
    this.health = new Health(device, () => this.encoder.lastKernel)
    this.encoder = new Encoder(
      device,
      () => this.traffic.begin(),
      () => this.traffic.schedule(),
    )
    this.pipelines = new Pipelines(device, this.encoder.parameters, this.health)
    const host = options.collectInSynchronousCode === false ? null : synchronousHost()
    const budget = options.memoryBudget ?? DEFAULT_BUDGET
    const { encoder, health } = this
    const limits = { budget, maxBinding: this.maxBytes, host }
    this.memory = new Memory(device, encoder, this.pipelines, health, limits)
    const indices = new IndexOperations()
    const flags = this.memory.pool.take(FLAG_BYTES)
    this.traffic = new Traffic({ gpu: device, encoder, memory: this.memory, health, indices, flags, host, budget })
    const machine: Machine = {
      encoder: this.encoder,
      pipelines: this.pipelines,
      tuning: this.tuning,
      maxBuffers: this.maxBuffers,
      takeTemporary: (elements) => this.memory.takeTemporary(elements),
    }
    this.mapKernels = new MapKernels(machine)
    this.reduceKernels = new ReduceKernels(machine)
    const rowKernels = new RowKernels(machine)
    if (this.tuning.teamWorkgroup > 0) {
      this.rows = (program, operands, scalars, layout) =>
        this.call('rows', () => rowKernels.run(program, operands, scalars, layout))
    }
    this.contractKernels = new ContractKernels(machine, this.mapKernels, this.reduceKernels)
    this.indexKernels = new IndexKernels(machine, flags, indices)
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
      heldBytes: this.memory.pool.used + this.memory.pool.pooled,
      peakHeldBytes: this.memory.pool.peak,
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
    this.traffic.write(storage, offset, data)
  }

  async read(storage: Storage, offset: number, length: number): Promise<TypedArray> {
    this.health.checkAlive('read')
    return this.traffic.read(storage, offset, length)
  }

  async turn(): Promise<void> {
    this.health.checkAlive('turn')
    await this.traffic.settle('turn')
  }

  map(program: TypedProgram, operands: readonly View[], scalars: readonly number[], layout: Layout): void {
    this.call('map', () => this.mapKernels.run(program, operands, scalars, layout))
  }

  reduce(
    op: ReduceOp,
    program: TypedProgram,
    operands: readonly View[],
    scalars: readonly number[],
    layout: Layout,
  ): void {
    this.call(op, () => this.reduceKernels.run(op, program, operands, scalars, layout))
  }

  contract(a: View, b: View, out: View, layout: ContractLayout, epilogue: Epilogue | null): void {
    this.call('contract', () => this.contractKernels.run(a, b, out, layout, epilogue))
  }

  gather(operands: readonly View[], layout: Layout, axis: IndexedAxis): void {
    this.call(axis.operation, () => this.indexKernels.gather(operands, layout, axis))
  }

  scatter(op: ScatterOp, operands: readonly View[], layout: Layout, axis: IndexedAxis): void {
    this.call(axis.operation, () => this.indexKernels.scatter(op, operands, layout, axis))
  }

  scan(op: ScanOp, program: TypedProgram, operands: readonly View[], scalars: readonly number[], layout: Layout): void {
    this.call(`cum${op}`, () => this.scanKernels.run(op, program, operands, scalars, layout))
  }

  sort(operands: readonly View[], layout: Layout, descending: boolean): void {
    this.call('sort', () => this.sortKernels.run(operands, layout, descending))
  }

  /**
   * Compile the kernels that `fn` needs, side by side and without blocking, so that its first real call is as fast as the
   * next. `fn` is called once and nothing is computed: arrays of this device that were there keep their values and their
   * `version`, also those that `fn` changes in place, and stay when `fn` disposes of them; what draws from the default random
   * stream leaves it where it was. Arrays made inside never get values (using one later is a DeviceError), and what `fn`
   * does to variables, or to arrays on other devices, is done.
   * @throws {DeviceError} when `fn` is not synchronous or reads values, and while `profile`, `explain` or another `warmup`
   * runs.
   */
  async warmup(fn: () => unknown): Promise<void> {
    this.health.checkAlive('warmup')
    const { encoder, pipelines, memory } = this
    const parts = { device: this, encoder, pipelines, memory }
    await this.turns.take('warmup', async () => {
      await compileAhead(parts, rehearse(parts, fn))
      await this.traffic.settle('warmup')
    })
  }

  /** The fastest that this adapter copies, multiplies and adds: measured when first asked for, in about a quarter of a second. */
  async ceilings(): Promise<Ceilings> {
    this.health.checkAlive('ceilings')
    await this.traffic.settle('ceilings')
    this.measured ??= measureCeilings(this.gpu, this.isSoftware)
    return this.measured
  }

  /**
   * Run `fn`, which may be asynchronous, and say for each kernel that ran how long it took, what it read, wrote and
   * computed, and what share of `ceilings()` that is. Times come from the GPU's clock; browsers round it to 0.1 ms unless
   * started with `--enable-webgpu-developer-features`.
   * @throws {DeviceError} while another `profile` or `explain`, or `warmup`, of this device runs.
   */
  async profile(fn: () => unknown): Promise<Profile> {
    return this.turns.take('profile', async () => {
      const ceilings = await this.ceilings()
      const timestamps = this.gpu.features.has('timestamp-query') ? new Timestamps(this.gpu) : null
      const profiler = new Profiler(timestamps)
      try {
        const start = performance.now()
        await watching(this.encoder, profiler, fn)
        await this.traffic.settle('profile')
        const milliseconds = performance.now() - start
        const times = (await timestamps?.read(this.encoder)) ?? []
        return new Profile(this.description, ceilings, profiler.result(times), milliseconds)
      } finally {
        timestamps?.destroy()
      }
    })
  }

  /**
   * Run `fn`, which may be asynchronous, and give the WGSL of every kernel that ran, with names and shapes in comments.
   * @throws {DeviceError} while another `profile` or `explain`, or `warmup`, of this device runs.
   */
  async explain(fn: () => unknown): Promise<Explanation> {
    this.health.checkAlive('explain')
    return this.turns.take('explain', async () => {
      const explainer = new Explainer()
      await watching(this.encoder, explainer, fn)
      await this.traffic.settle('explain')
      return explainer.result()
    })
  }

  /** One call of the device's own: its temporary memory comes back, also where it throws. */
  private call<Result>(operation: string, record: () => Result): Result {
    this.health.checkAlive(operation)
    try {
      return record()
    } finally {
      this.memory.giveTemporaries()
    }
  }

  /**
   * Give the GPU back: every array on this device is gone, and calls throw a DeviceError. A `{ device }` that was handed in
   * gets the memory back and goes on for others.
   */
  destroy(): void {
    if (this.health.gone !== null) return
    this.encoder.flush()
    this.health.gone = 'destroy() was called'
    if (!this.isLent) {
      this.gpu.destroy()
      return
    }
    this.health.stop()
    this.traffic.destroy()
    this.memory.pool.destroyAll()
    this.encoder.destroy()
  }
}
