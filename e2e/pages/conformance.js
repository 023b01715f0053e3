import { createWebGpuDevice } from '@rungs/kernels-webgpu'
import * as nd from '@rungs/ndarray'
import { runConformance } from '../../packages/testing/src/conformance/suite.ts'

const wanted = new URLSearchParams(location.search).get('device')
const device = wanted === 'webgpu' ? await createWebGpuDevice({ software: true }) : nd.cpu
globalThis.result = { ...(await runConformance(nd, device)), name: device.name }
globalThis.done = true
