// The conformance suite on this machine's GPU: node conformance.js <folder for the result> <seconds>
import { mkdirSync, writeFileSync } from 'node:fs'
import { createWebGpuDevice } from '@rungs/kernels-webgpu'
import * as nd from '@rungs/ndarray'
import { conformanceCases } from '../../packages/testing/src/conformance/index.ts'
import { startGpu } from '../lib/gpuInNode.ts'

const [folder = '.', limit = '120'] = process.argv.slice(2)
const start = performance.now()
const seconds = (): number => (performance.now() - start) / 1000

const { gpu, adapter } = await startGpu()
const device = await createWebGpuDevice({ gpu })
const cases = conformanceCases(nd, device)
const failed: { name: string; message: string }[] = []
let passed = 0
for (const { name, run } of cases) {
  if (seconds() > Number(limit)) break
  try {
    await run()
    passed++
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    failed.push({ name, message })
    console.log(`failed: ${name}: ${message}`)
  }
}
const leftOut = cases.length - passed - failed.length
mkdirSync(folder, { recursive: true })
const result = { adapter, passed, leftOut, seconds: seconds(), pipelines: device.counts.pipelines, failed }
writeFileSync(`${folder}/conformance.json`, `${JSON.stringify(result, null, 2)}\n`)
console.log(
  `conformance on ${adapter.name}: ${passed} passed, ${failed.length} failed, ${leftOut} left out for want of time; ` +
    `${seconds().toFixed(1)} s`,
)
process.exit(failed.length === 0 && leftOut === 0 ? 0 : 1)
