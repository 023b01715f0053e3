import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { chosen } from './lib/chosen.ts'
import { describeMachine, load, slug } from './lib/machine.ts'
import { processLine } from './lib/processLine.ts'
import { markdown, type Report, ratiosOf, reportOn, type SuiteReport } from './lib/report.ts'
import { roster } from './lib/roster.ts'
import { RunningContestant } from './lib/runningContestant.ts'
import type { Suite } from './lib/suite.ts'
import { paces, timeSuite } from './lib/timeSuite.ts'
import { callOverhead } from './suites/callOverhead.ts'
import { deepStep } from './suites/deepStep.ts'
import { einsum } from './suites/einsum.ts'
import { elementwise } from './suites/elementwise.ts'
import { learningStep } from './suites/learningStep.ts'
import { matrixProducts } from './suites/matrixProducts.ts'
import { moving } from './suites/moving.ts'
import { ordering } from './suites/ordering.ts'
import { packageSizes } from './suites/packageSizes.ts'
import { reductions } from './suites/reductions.ts'
import { twoLayerStep } from './suites/twoLayerStep.ts'

const HELP = `pnpm bench [options]

  --quick               under a minute: few repetitions, nothing is written
  --suite <id,…>        only these: twoLayerStep, deepStep, learningStep, matrixProducts, elementwise, reductions,
                        moving, ordering, callOverhead, einsum, packageSizes
  --contestant <id,…>   only these rows (ours are always there), for example tfjs-wasm
  --print               write nothing

A complete run writes bench/results/<machine>.json and docs/benchmarks.md.`

const ALL = [
  twoLayerStep,
  deepStep,
  learningStep,
  matrixProducts,
  elementwise,
  reductions,
  moving,
  ordering,
  callOverhead,
  einsum,
] as readonly unknown[] as readonly Suite[]

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    print: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
    suite: { type: 'string' },
    contestant: { type: 'string' },
  },
})

async function main(): Promise<void> {
  const suiteIds = [...ALL.map(({ id }) => id), 'packageSizes']
  const wantedSuites = chosen('--suite', options.suite, suiteIds)
  const wantedContestants = chosen(
    '--contestant',
    options.contestant,
    roster.map(({ id }) => id),
  )
  const entries = roster.filter(({ id, comparedWith }) => wantedContestants.includes(id) || id === comparedWith)
  const contestants = entries.map((entry) => new RunningContestant(entry, processLine(entry.command)))
  process.once('exit', () => {
    for (const contestant of contestants) void contestant.stop()
  })

  const loadBefore = load()
  process.stderr.write('Starting ')
  const start = async (contestant: RunningContestant): Promise<void> => {
    await contestant.start().catch(() => {}) // why not, is in `absent` and in the table
    process.stderr.write('.')
  }
  await Promise.all(contestants.map(start))
  process.stderr.write('\n')

  const present = contestants.filter(({ absent }) => absent === null)
  const reports = contestants.map(reportOn)
  const suites: SuiteReport[] = []
  for (const suite of ALL.filter(({ id }) => wantedSuites.includes(id))) {
    const taking = present.filter(({ entry }) => entry.only === undefined || entry.only === suite.id)
    const times = await timeSuite(suite, taking, options.quick ? paces.quick : paces.full)
    const columns = suite.columns.map(({ title, comparedWith = title }) => ({ title, comparedWith }))
    const { id, title, about } = suite
    suites.push({ id, title, about, columns, times, ratios: ratiosOf(suite, times, reports) })
  }
  for (const contestant of contestants) void contestant.stop()

  const report: Report = {
    machine: describeMachine(adapterOf(contestants), loadBefore),
    contestants: reports,
    suites,
    packageSizes: wantedSuites.includes('packageSizes') ? await packageSizes() : [],
  }
  console.log(markdown(report))
  const complete = !options.quick && !options.print && !options.suite && !options.contestant
  if (complete) write(report)
  else console.log('Nothing written: only a complete run is.')
}

function adapterOf(contestants: readonly RunningContestant[]): string {
  const names = new Set(contestants.flatMap(({ ready }) => ready?.adapter?.name ?? []))
  return names.size > 0 ? [...names].join(' and ') : 'none'
}

function write(report: Report): void {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const file = `bench/results/${slug(report.machine.name)}.json`
  mkdirSync(`${root}bench/results`, { recursive: true })
  mkdirSync(`${root}docs`, { recursive: true })
  writeFileSync(`${root}${file}`, `${JSON.stringify(report, null, 2)}\n`)
  const heading =
    '# Benchmarks\n\n' +
    `Written by \`npx -y pnpm@10 bench\` from [${file}](../${file}); do not edit. The contestants, each in a process of its ` +
    'own, take turns within one run; each proves its results before and after. How: [bench](../bench/README.md).\n'
  writeFileSync(`${root}docs/benchmarks.md`, `${heading}\n${markdown(report)}`)
  console.log(`Written: ${file} and docs/benchmarks.md`)
}

if (options.help) {
  console.log(HELP)
} else {
  await main()
}
process.exit(0)
