import { SoftwareAdapterError, startSoftwareAdapter } from '../../packages/testing/src/softwareAdapter.ts'
import { Absent } from './contestant.ts'
import { adapterOf, type StartGpu } from './gpu.ts'

/** Dawn crashes when this is collected while a device is in use. */
const kept: GPU[] = []

/** The machine's GPU, or the software adapter where there is none. */
export const startGpu: StartGpu = async () => {
  const { create, globals } = await import('webgpu')
  // Timestamps as the adapter gives them: a browser rounds them to 0.1 ms, and so does Dawn unless told.
  const wanted = process.env.DAWN_FEATURES
  const features = wanted === undefined ? [] : [`enable-dawn-features=${wanted}`]
  let gpu: GPU = create(['disable-dawn-features=timestamp_quantization', ...features])
  kept.push(gpu)
  if ((await gpu.requestAdapter()) === null) gpu = await softwareAdapter()
  Object.assign(globalThis, globals)
  Object.defineProperty(globalThis, 'navigator', { value: { userAgent: 'node', gpu }, configurable: true })
  return { gpu, adapter: await adapterOf(gpu) }
}

async function softwareAdapter(): Promise<GPU> {
  try {
    return await startSoftwareAdapter()
  } catch (error) {
    if (error instanceof SoftwareAdapterError) throw new Absent(`no GPU, and ${error.message}`)
    throw error
  }
}
