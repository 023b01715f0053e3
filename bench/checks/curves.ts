// The training curves on this machine's GPU against PyTorch's: node curves.js <folder for the result>
import { mkdirSync, writeFileSync } from 'node:fs'
import { createWebGpuDevice } from '@rungs/kernels-webgpu'
import { startGpu } from '../lib/gpuInNode.ts'
import { trainingCurves } from './trainingCurves.ts'

const [folder = '.'] = process.argv.slice(2)
mkdirSync(folder, { recursive: true })
const { gpu, adapter } = await startGpu()
const device = await createWebGpuDevice({ gpu })
const curves: object[] = []
let failed = 0
for (const { name, run } of trainingCurves(device)) {
  const start = performance.now()
  try {
    const steps = await run()
    const milliseconds = (performance.now() - start) / steps
    curves.push({ name, steps, milliseconds })
    console.log(`${name}: ${steps} losses as PyTorch's; ${milliseconds.toFixed(2)} ms a step with a read each`)
  } catch (error) {
    failed++
    const message = error instanceof Error ? error.message : String(error)
    curves.push({ name, message })
    console.log(`failed: ${name}: ${message}`)
  }
  // After each, for whoever ends this when time is up.
  writeFileSync(`${folder}/curves.json`, `${JSON.stringify({ adapter, failed, curves }, null, 2)}\n`)
}
process.exit(failed === 0 ? 0 : 1)
