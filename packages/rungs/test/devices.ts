import { createWasmDevice } from '@rungs/kernels-wasm'
import { createWebGpuDevice, tunings, type WebGpuDevice } from '@rungs/kernels-webgpu'
import { cpu, createCpuDevice, type Device, type NDArray, zeros } from '@rungs/ndarray'
import { startSoftwareAdapter } from '@rungs/testing'

/** WebGPU on a software adapter: the same everywhere, with or without a GPU. */
const gpu = await startSoftwareAdapter()
export const webgpu: Device = await createWebGpuDevice({ gpu })
/** The same adapter, running the kernels that hardware gets; in workgroups that barriers slow down less there. */
export const webgpuAsHardware: WebGpuDevice = await createWebGpuDevice({
  gpu,
  tuning: { ...tunings.hardware, teamWorkgroup: 64 },
})
/** The same, whose teams are made of subgroups. */
export const webgpuWithSubgroups: WebGpuDevice = await createWebGpuDevice({
  gpu,
  tuning: { ...tunings.hardware, teamWorkgroup: 64, subgroup: 4 },
})
/** `cpu` as pages run it that forbid making functions from text. */
export const closures: Device = createCpuDevice({ codegen: 'closures' })

/** WebAssembly on one thread and on two. */
export const wasm: Device = await createWasmDevice({ threads: 1 })
export const wasmThreads: Device = await createWasmDevice({ threads: 2 })
/**
 * WebAssembly whose memory is full of arrays that are kept: all others live outside, and are copied in and out. A quarter of
 * it is for copies, and the suite has arrays of 64 MB.
 */
export const wasmStaged: Device = await createWasmDevice({ threads: 1, maximumMemory: 384 * 2 ** 20 })
/** Exported, so that they stay. */
export const kept: NDArray[] = []
for (const size of [2 ** 21, 2 ** 17, 2 ** 13]) {
  for (let i = 0; i < 40; i++) kept.push(zeros([size], { device: wasmStaged }))
}

export { cpu }
