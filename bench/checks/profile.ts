// Kernel by kernel, what each case of the benchmark takes on this machine's GPU: node profile.js <folder for the result>
import { mkdirSync, writeFileSync } from 'node:fs'
import { createWebGpuDevice } from '@rungs/kernels-webgpu'
import { fromTypedArray } from '@rungs/ndarray'
import { contestantOn } from '../contestants/rungs.ts'
import type { Program } from '../lib/contestant.ts'
import { uniform } from '../lib/data.ts'
import { startGpu } from '../lib/gpuInNode.ts'
import { gpuSuites } from '../suites/gpu.ts'

const [folder = '.'] = process.argv.slice(2)
/** Milliseconds before it is looked at: kernels compile, and clocks rise, which takes a card longer than a few short kernels. */
const WARM_UP = 250
const STEPS = 10

mkdirSync(folder, { recursive: true })
const { gpu, adapter } = await startGpu()
const device = await createWebGpuDevice({ gpu })
const { prepare } = contestantOn(device)
const programs = gpuSuites.flatMap(({ title, columns }) =>
  columns.map((column) => ({ name: `${title}: ${column.title}`, start: () => prepare(column.what) })),
)
if (device.dtypes.has('float16')) programs.push({ name: 'Large arrays: 4096³, float16', start: async () => halves() })
let text = `${adapter.name}\n`
for (const { name, start } of programs) {
  let found: string
  try {
    const program = await start()
    const warm = performance.now() + WARM_UP
    while (performance.now() < warm) {
      for (let i = 0; i < STEPS; i++) program.step()
      await program.finish?.()
    }
    found = String(await device.profile(() => program.step()))
  } catch (error) {
    found = error instanceof Error ? error.message : String(error)
  }
  const part = `\n${name}\n${found}\n`
  console.log(part)
  text += part
  // After each, for whoever ends this when time is up.
  writeFileSync(`${folder}/profile.txt`, text)
}
process.exit(0)

function halves(): Pick<Program, 'step' | 'finish'> {
  const [a, b] = [1, 2].map((seed) => fromTypedArray(uniform(4096 ** 2, seed), [4096, 4096], { device }).to('float16'))
  return { step: () => a!.mm(b!).dispose(), finish: () => device.turn() }
}
