export type { AdapterOptions } from './adapter.ts'
export { createWebGpuDevice, type WebGpuCounts, type WebGpuDevice, type WebGpuOptions } from './device.ts'
export { type TileChoice, type Tuning, tunings } from './tuning.ts'
export type { Tile } from './wgsl/contractForm.ts'
