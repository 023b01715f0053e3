import { createWasmDevice } from '@rungs/kernels-wasm'
import { createWebGpuDevice } from '@rungs/kernels-webgpu'
import * as nd from '@rungs/ndarray'
import { runConformance } from '../../packages/testing/src/conformance/suite.ts'

const devices = {
  cpu: () => nd.cpu,
  wasm: () => createWasmDevice({ threads: 2 }),
  webgpu: () => createWebGpuDevice({ software: true }),
}
const device = await devices[new URLSearchParams(location.search).get('device')]()
globalThis.result = { ...(await runConformance(nd, device)), name: device.name, description: device.description }
globalThis.done = true
