import type { GpuBuffer } from './buffers.ts'
import type { Health } from './health.ts'
import { catchingTicks } from './ticks.ts'
import { computeStage } from './usage.ts'
import type { KernelText } from './wgsl/kernel.ts'

/** Bytes to which the offsets of parameters are aligned. */
export const SLOT_BYTES = 256
/** Bind groups that one layout keeps. */
const MAX_BIND_GROUPS = 4096
/** Three buffer numbers below this fit one exact number. */
const ID_LIMIT = 2 ** 17

interface BindingLayout {
  readonly gpu: GPUBindGroupLayout
  readonly pipelineLayout: GPUPipelineLayout
  readonly parameterBytes: number
  readonly groups: Map<number | string, GPUBindGroup>
}

/** A compiled kernel. */
export interface Pipeline {
  readonly gpu: GPUComputePipeline
  readonly layout: BindingLayout
  /** Names the kernel in messages. */
  readonly label: string
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

  /** Compile a kernel. Errors come later: they are remembered with the label and thrown at the next read. */
  make({ code, writes, words }: KernelText, label: string): Pipeline {
    const parameterBytes = Math.ceil((words * 4) / SLOT_BYTES) * SLOT_BYTES
    const layout = this.layoutOf(writes, parameterBytes)
    this.made++
    this.device.pushErrorScope('validation')
    const module = this.device.createShaderModule({ label, code })
    const gpu = this.device.createComputePipeline({
      label,
      layout: layout.pipelineLayout,
      compute: { module, entryPoint: 'main' },
    })
    this.health.watch(
      catchingTicks(() => this.device.popErrorScope()),
      `compiling ${label}`,
    )
    return { gpu, layout, label, parameterBytes }
  }

  bindGroup({ layout, label }: Pipeline, buffers: readonly GpuBuffer[]): GPUBindGroup {
    const key = keyOf(buffers)
    let group = layout.groups.get(key)
    if (group !== undefined) {
      this.groupsFound++
      return group
    }
    if (layout.groups.size >= MAX_BIND_GROUPS) layout.groups.clear()
    this.groupsMade++
    group = this.device.createBindGroup({
      label,
      layout: layout.gpu,
      entries: [
        { binding: 0, resource: { buffer: this.parameters, size: layout.parameterBytes } },
        ...buffers.map(({ gpu }, i) => ({ binding: i + 1, resource: { buffer: gpu } })),
      ],
    })
    layout.groups.set(key, group)
    return group
  }

  /** Forget bind groups, before buffers that they name are destroyed. */
  dropBindGroups(): void {
    for (const { groups } of this.layouts.values()) groups.clear()
  }

  private layoutOf(writes: readonly boolean[], parameterBytes: number): BindingLayout {
    const key = `${parameterBytes}${writes.map((written) => (written ? 'w' : 'r')).join('')}`
    let layout = this.layouts.get(key)
    if (layout === undefined) {
      const gpu = this.device.createBindGroupLayout({
        entries: [
          { binding: 0, visibility: computeStage, buffer: { type: 'uniform', hasDynamicOffset: true } },
          ...writes.map((written, i) => ({
            binding: i + 1,
            visibility: computeStage,
            buffer: { type: written ? ('storage' as const) : ('read-only-storage' as const) },
          })),
        ],
      })
      const pipelineLayout = this.device.createPipelineLayout({ bindGroupLayouts: [gpu] })
      layout = { gpu, pipelineLayout, parameterBytes, groups: new Map() }
      this.layouts.set(key, layout)
    }
    return layout
  }
}

function keyOf(buffers: readonly GpuBuffer[]): number | string {
  if (buffers.length <= 3) {
    let key = 0
    for (let i = 0; i < buffers.length; i++) {
      const { id } = buffers[i]!
      if (id >= ID_LIMIT) return buffers.map((buffer) => buffer.id).join()
      key = key * ID_LIMIT + id
    }
    return key
  }
  return buffers.map(({ id }) => id).join()
}
