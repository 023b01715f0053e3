import { SoftwareAdapterError, startSoftwareAdapter } from '@rungs/testing'
import { Absent } from './contestant.ts'

/** Dawn crashes when this is collected while a device is in use. */
const kept: GPU[] = []

/**
 * The machine's GPU, or the software adapter where there is none, also put where browsers have it (`navigator.gpu` and the
 * WebGPU constants), which is where the peers look.
 * @throws {Absent} when there is neither.
 */
export async function startGpu(): Promise<{ gpu: GPU; adapter: string }> {
  const { create, globals } = await import('webgpu')
  let gpu: GPU = create([])
  kept.push(gpu)
  let adapter = await gpu.requestAdapter()
  if (!adapter) {
    gpu = await softwareAdapter()
    adapter = await gpu.requestAdapter()
  }
  if (!adapter) throw new Absent('there is no WebGPU adapter')
  Object.assign(globalThis, globals)
  Object.defineProperty(globalThis, 'navigator', { value: { userAgent: 'node', gpu }, configurable: true })
  return { gpu, adapter: adapterName(adapter.info) }
}

async function softwareAdapter(): Promise<GPU> {
  try {
    return await startSoftwareAdapter()
  } catch (error) {
    if (error instanceof SoftwareAdapterError) throw new Absent(`no GPU, and ${error.message}`)
    throw error
  }
}

function adapterName({ vendor, architecture, device, description }: GPUAdapterInfo): string {
  const parts = [description, vendor, architecture].filter((part) => part !== '')
  return parts.length > 0 ? [...new Set(parts)].join(', ') : device || 'unnamed adapter'
}
