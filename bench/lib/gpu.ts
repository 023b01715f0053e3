import { Absent, type Adapter } from './contestant.ts'
import { addTimestamps } from './gpuClock.ts'

/**
 * Finds the GPU and leaves it where browsers have it (`navigator.gpu` and the WebGPU constants), which is where the peers
 * look.
 * @throws {Absent} when there is no adapter.
 */
export type StartGpu = () => Promise<{ readonly gpu: GPU; readonly adapter: Adapter }>

/** The adapter that `gpu` offers; devices that are asked for from now on can time their passes, where it can. */
export async function adapterOf(gpu: GPU): Promise<Adapter> {
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' })
  if (!adapter) throw new Absent('there is no WebGPU adapter')
  addTimestamps(adapter)
  const { info } = adapter
  return {
    name: nameOf(info),
    device: info.device || `${info.vendor} ${info.architecture}`,
    isSoftware: isSoftware(info),
  }
}

function nameOf({ vendor, architecture, device, description }: GPUAdapterInfo): string {
  const parts = [device, description, vendor, architecture].filter((part) => part !== '')
  return parts.length > 0 ? [...new Set(parts)].join(', ') : 'unnamed adapter'
}

const isSoftware = (info: GPUAdapterInfo): boolean =>
  info.isFallbackAdapter || /swiftshader|llvmpipe|lavapipe|basic render/i.test(nameOf(info))
