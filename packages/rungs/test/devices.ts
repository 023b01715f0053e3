import { createWebGpuDevice } from '@rungs/kernels-webgpu'
import { cpu, createCpuDevice, type Device } from '@rungs/ndarray'
import { startSoftwareAdapter } from '@rungs/testing'

/** WebGPU on a software adapter: the same everywhere, with or without a GPU. */
export const webgpu: Device = await createWebGpuDevice({ gpu: await startSoftwareAdapter() })
/** `cpu` as pages run it that forbid making functions from text. */
export const closures: Device = createCpuDevice({ codegen: 'closures' })
export { cpu }
