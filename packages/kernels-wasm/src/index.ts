export { createWasmDevice, type WasmDevice, type WasmOptions } from './device.ts'
