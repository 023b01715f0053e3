import { DeviceError } from '@rungs/ndarray'
import { featuresOf, limitsOf } from './limits.ts'
import { matricesOf } from './subgroupMatrices.ts'
import { subgroupOf } from './subgroups.ts'
import { catchingTicks } from './ticks.ts'
import type { SubgroupMatrix } from './wgsl/contractForm.ts'

/** Where the GPU comes from; everything may be left out. */
export interface AdapterOptions {
  /** What to look for adapters in, in place of `navigator.gpu` or npm `webgpu`; any adapter that it offers is taken. */
  readonly gpu?: GPU
  /** A ready device, taken as it is. `destroy()` frees the memory of arrays on it; whoever made it destroys it. */
  readonly device?: GPUDevice
  readonly powerPreference?: GPUPowerPreference
  /** Take a software adapter where there is no other: slow, and right. */
  readonly software?: boolean
}

export interface Found {
  readonly device: GPUDevice
  readonly description: string
  /** As the adapter says, in small letters; empty where it does not. */
  readonly vendor: string
  readonly isSoftware: boolean
  /** Neighbouring threads that form a subgroup; 0 where they do not, or none is known. */
  readonly subgroup: number
  /** Matrices that subgroups multiply, one of a dtype at most. */
  readonly matrices: readonly SubgroupMatrix[]
  /** It was handed in, and is not ours to destroy. */
  readonly isLent: boolean
}

const softwareNames = /swiftshader|llvmpipe|lavapipe|softpipe|basic render|\bwarp\b|software/i

/**
 * A device from what was handed in, else from `navigator.gpu`, else, in Node, from npm `webgpu`.
 * @throws {DeviceError} that says what was tried.
 */
export async function findDevice(options: AdapterOptions): Promise<Found> {
  const { device } = options
  if (device !== undefined) {
    if (typeof device?.createBuffer === 'function') return describe(device, device.adapterInfo, true)
    throw new DeviceError(
      `createWebGpuDevice: { device } is a GPUDevice, got ${String(device)}; leave it out to find a GPU`,
    )
  }
  const { gpu, from } = await findGpu(options)
  const wanted = options.powerPreference === undefined ? {} : { powerPreference: options.powerPreference }
  const adapter = await catchingTicks(() => gpu.requestAdapter(wanted))
  if (adapter === null) {
    throw new DeviceError(
      `createWebGpuDevice: ${from} offers no adapter; ` +
        `${inNode() ? 'Dawn needs a Vulkan, Metal or Direct3D 12 driver' : 'the browser needs WebGPU switched on and a supported GPU'}, ` +
        'or hand over { gpu } or { device }, or compute on cpu',
    )
  }
  if (options.gpu === undefined && options.software !== true && isSoftware(adapter.info)) {
    throw new DeviceError(
      `createWebGpuDevice: ${from} offers only a software adapter (${nameOf(adapter.info)}), slower than cpu as a rule; ` +
        'pass { software: true } to take it',
    )
  }
  try {
    const description = { requiredLimits: limitsOf(adapter), requiredFeatures: featuresOf(adapter) }
    return await describe(await catchingTicks(() => adapter.requestDevice(description)), adapter.info, false)
  } catch (error) {
    throw new DeviceError(`createWebGpuDevice: the adapter ${nameOf(adapter.info)} gives no device: ${String(error)}`)
  }
}

async function findGpu({ gpu }: AdapterOptions): Promise<{ gpu: GPU; from: string }> {
  if (gpu !== undefined) return { gpu, from: 'the given GPU' }
  const own = (globalThis as { navigator?: { gpu?: GPU } }).navigator?.gpu
  if (own !== undefined) return { gpu: own, from: 'navigator.gpu' }
  if (!inNode()) {
    throw new DeviceError(
      'createWebGpuDevice: there is no navigator.gpu: this browser has no WebGPU, or the page is not served over https or ' +
        'from localhost; compute on cpu',
    )
  }
  return { gpu: await dawn(), from: 'npm webgpu' }
}

const kept = Symbol.for('@rungs/kernels-webgpu.gpu')

/** Dawn, started once: it crashes when the object is collected while a device is in use, so the process keeps it. */
async function dawn(): Promise<GPU> {
  const holder = globalThis as { [kept]?: GPU }
  // A variable, so that bundlers for browsers leave the import alone.
  const name = 'webgpu'
  try {
    const { create } = (await import(/* @vite-ignore */ /* webpackIgnore: true */ name)) as {
      create(options: readonly string[]): GPU
    }
    // Its clock is rounded against snooping pages, which do not run here.
    holder[kept] ??= create(['disable-dawn-features=timestamp_quantization'])
    return holder[kept]
  } catch (error) {
    throw new DeviceError(
      'createWebGpuDevice: this Node has no navigator.gpu, and the package webgpu does not load; install it ' +
        `(npm install webgpu@0.6.2), or hand over { gpu }, or compute on cpu (${String(error)})`,
    )
  }
}

const inNode = (): boolean =>
  (globalThis as { process?: { versions?: { node?: string } } }).process?.versions?.node !== undefined

async function describe(device: GPUDevice, info: Info, isLent: boolean): Promise<Found> {
  const software = isSoftware(info)
  const name = nameOf(info)
  const description = software ? `software adapter, no GPU: ${name}` : name
  const subgroup = await subgroupOf(device, info)
  const matrices = await matricesOf(device, info, subgroup)
  return { device, description, vendor: info?.vendor ?? '', isSoftware: software, subgroup, matrices, isLent }
}

/** Older implementations have none. */
type Info = GPUAdapterInfo | undefined

const isSoftware = (info: Info): boolean =>
  info !== undefined &&
  (info.isFallbackAdapter === true || softwareNames.test(`${info.architecture} ${info.device} ${info.description}`))

const nameOf = (info: Info): string => {
  if (info === undefined) return 'unknown adapter'
  const { vendor, architecture, device, description } = info
  const parts = [...new Set([description, vendor, architecture, device].filter((part) => part !== ''))]
  return parts.length === 0 ? 'unnamed adapter' : parts.join(', ')
}
