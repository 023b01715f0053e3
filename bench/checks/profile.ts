// Kernel by kernel, what each case of the benchmark takes on this machine's GPU: node profile.js <folder for the result>
import { mkdirSync, writeFileSync } from 'node:fs'
import { createWebGpuDevice } from '@rungs/kernels-webgpu'
import { contestantOn } from '../contestants/rungs.ts'
import { startGpu } from '../lib/gpuInNode.ts'
import { gpuSuites } from '../suites/gpu.ts'

const [folder = '.'] = process.argv.slice(2)
/** Before it is looked at: kernels compile and clocks rise. */
const WARM_UP = 20

mkdirSync(folder, { recursive: true })
const { gpu, adapter } = await startGpu()
const device = await createWebGpuDevice({ gpu })
const { prepare } = contestantOn(device)
let text = `${adapter.name}\n`
for (const { title, columns } of gpuSuites) {
  for (const column of columns) {
    let found: string
    try {
      const program = await prepare(column.what)
      for (let i = 0; i < WARM_UP; i++) program.step()
      await program.finish?.()
      found = String(await device.profile(() => program.step()))
    } catch (error) {
      found = error instanceof Error ? error.message : String(error)
    }
    const part = `\n${title}: ${column.title}\n${found}\n`
    console.log(part)
    text += part
    // After each, for whoever ends this when time is up.
    writeFileSync(`${folder}/profile.txt`, text)
  }
}
process.exit(0)
