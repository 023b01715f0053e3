import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { cpu, createWasmDevice, createWebGpuDevice, type Device, setDefaultDevice } from 'rungs'
import { learnCharacters } from './learning/characters.ts'
import { learnDigits } from './learning/digits.ts'
import { markdown, type Report, type Run } from './learning/report.ts'
import { chosen } from './lib/chosen.ts'
import { describeMachine, load, slug } from './lib/machine.ts'

const HELP = `pnpm bench:learning [digits] [characters] [options]

  --device <name>   wasm (when left out), cpu, or webgpu on hardware
  --seeds <n,…>     of the digits; 0,1,2,3,4 when left out
  --print           write nothing

With the device and the seeds left out, a run writes bench/results/learning-<machine>.json and docs/learning.md.`

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const SEEDS = [0, 1, 2, 3, 4]

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    device: { type: 'string' },
    seeds: { type: 'string' },
    print: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

async function main(): Promise<void> {
  const names = positionals.length > 0 ? positionals.join(',') : undefined
  const wanted = chosen('pnpm bench:learning', names, ['digits', 'characters'])
  const device = await openDevice(options.device)
  setDefaultDevice(device)
  const run: Run = {
    machine: describeMachine(device.name === 'webgpu' ? device.description : 'not used', load()),
    device: `${device.name}, ${device.description}`,
  }
  const report: Report = {
    ...(wanted.includes('digits') && { digits: await learnDigits(run, seedsOf(options.seeds)) }),
    ...(wanted.includes('characters') && { characters: await learnCharacters(run) }),
  }
  console.log(`\n${markdown(report)}\n`)
  const usual = options.device === undefined && options.seeds === undefined && !options.print
  if (usual) write(run, report)
  else console.log('Nothing written: only a run with the usual device and seeds is.')
}

/** @throws {RangeError} for a name that is not known. @throws {DeviceError} where there is no such device. */
async function openDevice(name = 'wasm'): Promise<Device> {
  chosen('--device', name, ['wasm', 'cpu', 'webgpu'])
  if (name === 'cpu') return cpu
  return name === 'wasm' ? createWasmDevice() : createWebGpuDevice()
}

/** @throws {RangeError} for what are no seeds. */
function seedsOf(list: string | undefined): readonly number[] {
  const seeds = list?.split(',').map(Number) ?? SEEDS
  if (!seeds.every(Number.isInteger)) throw new RangeError(`--seeds: integers, such as 0,1,2; got ${list}`)
  return seeds
}

/** What did not run now stays as it was when it ran last. */
function write(run: Run, report: Report): void {
  const file = `bench/results/learning-${slug(run.machine.name)}.json`
  const before: Report = existsSync(ROOT + file) ? JSON.parse(readFileSync(ROOT + file, 'utf8')) : {}
  const all = { ...before, ...report }
  writeFileSync(ROOT + file, `${JSON.stringify(all, null, 2)}\n`)
  const heading =
    '# What networks learn\n\n' +
    `Written by \`npx -y pnpm@10 bench:learning\` from [${file}](../${file}); do not edit. The networks and their training ` +
    'are in [apps/learning](../apps/learning/README.md), a few lines each; the seeds are fixed.\n'
  writeFileSync(`${ROOT}docs/learning.md`, `${heading}\n${markdown(all)}\n`)
  console.log(`Written: ${file} and docs/learning.md`)
}

if (options.help) {
  console.log(HELP)
} else {
  await main()
}
process.exit(0)
