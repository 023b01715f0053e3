import { Absent } from './contestant.ts'
import { adapterOf, type StartGpu } from './gpu.ts'

/** The browser's GPU. */
export const startGpu: StartGpu = async () => {
  const { gpu } = navigator
  if (gpu === undefined) throw new Absent('this browser has no WebGPU')
  return { gpu, adapter: await adapterOf(gpu) }
}
