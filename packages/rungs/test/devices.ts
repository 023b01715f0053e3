import { createWebGpuDevice, tunings } from '@rungs/kernels-webgpu'
import { cpu, createCpuDevice, type Device } from '@rungs/ndarray'
import { startSoftwareAdapter } from '@rungs/testing'

/** WebGPU on a software adapter: the same everywhere, with or without a GPU. */
const gpu = await startSoftwareAdapter()
export const webgpu: Device = await createWebGpuDevice({ gpu })
/** The same adapter, running the kernels that hardware gets; in workgroups that barriers slow down less there. */
export const webgpuAsHardware: Device = await createWebGpuDevice({
  gpu,
  tuning: { ...tunings.hardware, teamWorkgroup: 64 },
})
/** `cpu` as pages run it that forbid making functions from text. */
export const closures: Device = createCpuDevice({ codegen: 'closures' })
export { cpu }
