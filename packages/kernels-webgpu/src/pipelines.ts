import type { GpuBuffer } from './buffers.ts'
import type { Health } from './health.ts'
import { Recent } from './recent.ts'
import { catchingTicks } from './ticks.ts'
import { computeStage } from './usage.ts'
import type { KernelText } from './wgsl/kernel.ts'

/** Bytes to which the offsets of parameters are aligned. */
export const SLOT_BYTES = 256
/** Bind groups that one layout keeps. */
const KEPT_BIND_GROUPS = 2048
/** Three buffer numbers below this fit one exact number. */
const ID_LIMIT = 2 ** 17

interface BindingLayout {
  readonly gpu: GPUBindGroupLayout
  readonly pipelineLayout: GPUPipelineLayout
  readonly parameterBytes: number
  /** Where buffers begin comes with each dispatch, and bind groups name slabs; else they name pieces. */
  readonly dynamic: boolean
  readonly groups: Recent<number | string, GPUBindGroup>
}

/** A kernel. */
export interface Pipeline {
  /** Null until it is compiled: when it is first dispatched, or by `warmup` before. */
  gpu: GPUComputePipeline | null
  readonly layout: BindingLayout
  /** Names the kernel in messages. */
  readonly label: string
  readonly code: string
  /** By buffer: does the kernel write it? */
  readonly writes: readonly boolean[]
  /** Bytes of its parameters, rounded up to whole slots. */
  readonly parameterBytes: number
}

/** Pipelines and bind groups, made once. */
export class Pipelines {
  /** Bind groups made and found: how well the pool repeats itself. */
  groupsMade = 0
  groupsFound = 0
  made = 0
  private readonly layouts = new Map<string, BindingLayout>()
  private readonly device: GPUDevice
  private readonly parameters: GPUBuffer
  private readonly health: Health

  constructor(device: GPUDevice, parameters: GPUBuffer, health: Health) {
    this.device = device
    this.parameters = parameters
    this.health = health
  }

  make({ code, writes, words }: KernelText, label: string): Pipeline {
    const parameterBytes = Math.ceil((words * 4) / SLOT_BYTES) * SLOT_BYTES
    const layout = this.layoutOf(writes.length, parameterBytes)
    return { gpu: null, layout, label, code, writes, parameterBytes }
  }

  /** Compile a kernel. Errors come later: they are remembered with the label and thrown at the next read. */
  compile(pipeline: Pipeline): GPUComputePipeline {
    this.made++
    const description = this.watched(pipeline, () => this.descriptionOf(pipeline))
    pipeline.gpu = this.watched(pipeline, () => this.device.createComputePipeline(description))
    return pipeline.gpu
  }

  /** Compile kernels side by side, without keeping anybody waiting. */
  async compileTogether(pipelines: readonly Pipeline[]): Promise<void> {
    await Promise.all(
      pipelines.map(async (pipeline) => {
        const description = this.watched(pipeline, () => this.descriptionOf(pipeline))
        try {
          const gpu = await catchingTicks(() => this.device.createComputePipelineAsync(description))
          if (pipeline.gpu !== null) return
          pipeline.gpu = gpu
          this.made++
        } catch (error) {
          this.health.note(`compiling ${pipeline.label}: ${String(error)}`)
        }
      }),
    )
  }

  bindGroup({ layout, label }: Pipeline, buffers: readonly GpuBuffer[]): GPUBindGroup {
    const key = keyOf(buffers, layout.dynamic)
    let group = layout.groups.get(key)
    if (group !== undefined) {
      this.groupsFound++
      return group
    }
    this.groupsMade++
    group = this.device.createBindGroup({
      label,
      layout: layout.gpu,
      entries: [
        { binding: 0, resource: { buffer: this.parameters, size: layout.parameterBytes } },
        ...buffers.map(({ gpu, offset, bytes }, i) => ({
          binding: i + 1,
          resource: { buffer: gpu, offset: layout.dynamic ? 0 : offset, size: bytes },
        })),
      ],
    })
    layout.groups.set(key, group)
    return group
  }

  /** Forget bind groups, before buffers that they name are destroyed. */
  dropBindGroups(): void {
    for (const { groups } of this.layouts.values()) groups.clear()
  }

  private descriptionOf({ label, code, layout }: Pipeline): GPUComputePipelineDescriptor {
    const module = this.device.createShaderModule({ label, code })
    return { label, layout: layout.pipelineLayout, compute: { module, entryPoint: 'main' } }
  }

  private watched<T>({ label }: Pipeline, call: () => T): T {
    this.device.pushErrorScope('validation')
    const made = call()
    this.health.watch(
      catchingTicks(() => this.device.popErrorScope()),
      ({ message }) => `compiling ${label}: ${message}`,
    )
    return made
  }

  /**
   * Every buffer may be written: pieces of one slab may stand in one call only where they are all bound alike, and so calls
   * with the same number of buffers share their bind groups.
   */
  private layoutOf(buffers: number, parameterBytes: number): BindingLayout {
    const key = `${parameterBytes} ${buffers}`
    let layout = this.layouts.get(key)
    if (layout === undefined) {
      const dynamic = buffers <= this.device.limits.maxDynamicStorageBuffersPerPipelineLayout
      const gpu = this.device.createBindGroupLayout({
        entries: [
          { binding: 0, visibility: computeStage, buffer: { type: 'uniform', hasDynamicOffset: true } },
          ...Array.from({ length: buffers }, (_, i) => ({
            binding: i + 1,
            visibility: computeStage,
            buffer: { type: 'storage' as const, hasDynamicOffset: dynamic },
          })),
        ],
      })
      const pipelineLayout = this.device.createPipelineLayout({ bindGroupLayouts: [gpu] })
      const groups = new Recent<number | string, GPUBindGroup>(KEPT_BIND_GROUPS)
      layout = { gpu, pipelineLayout, parameterBytes, dynamic, groups }
      this.layouts.set(key, layout)
    }
    return layout
  }
}

function keyOf(buffers: readonly GpuBuffer[], dynamic: boolean): number | string {
  if (buffers.length > 3) return textOf(buffers, dynamic)
  let key = 0
  for (let i = 0; i < buffers.length; i++) {
    const number = dynamic ? buffers[i]!.window : buffers[i]!.id
    if (number >= ID_LIMIT) return textOf(buffers, dynamic)
    key = key * ID_LIMIT + number
  }
  return key
}

const textOf = (buffers: readonly GpuBuffer[], dynamic: boolean): string =>
  buffers.map(({ window, id }) => (dynamic ? window : id)).join()
