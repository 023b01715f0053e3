export type { AdapterOptions } from './adapter.ts'
export { createWebGpuDevice, type WebGpuCounts, type WebGpuDevice, type WebGpuOptions } from './device.ts'
