import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type Ceiling, ceilings } from '../suites/ceilings.ts'
import { forHardware, gpuSuites, workOf } from '../suites/gpu.ts'
import { chosen } from './chosen.ts'
import { Absent, type Adapter } from './contestant.ts'
import { type Ceilings, fileNameOf, type GpuReport, type GpuSuiteReport, gpuMarkdown, type Host } from './gpuReport.ts'
import { describeMachine, load } from './machine.ts'
import { ratiosOf, reportOn } from './report.ts'
import { ceilingsEntry, type Entry, gpuRoster } from './roster.ts'
import { type Line, RunningContestant } from './runningContestant.ts'
import type { Suite } from './suite.ts'
import { type Pace, paces, type SuiteTimes, timeSuite } from './timeSuite.ts'

const SUITES = gpuSuites.map(({ id }) => id)

const HELP = `pnpm bench:gpu [options]

  --browser             in headless Chromium instead of Node
  --quick               few repetitions, nothing is written
  --suite <id,…>        only these: ${SUITES.join(', ')}
  --contestant <id,…>   only these rows (ours is always there), for example jax-js-webgpu
  --large               what is for hardware (${[...forHardware].join(', ')}) on a software adapter too
  --out <folder>        write the JSON there, and no document
  --print               write nothing
  --table               measure nothing: make docs/benchmarks-gpu.md again from bench/results/gpu-*.json
  --pack <folder>       measure nothing: everything that a bare machine with a graphics card needs (docs/gpu-machine.md)

A complete run writes bench/results/gpu-<adapter>-<node or chromium>.json and docs/benchmarks-gpu.md.`

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** The whole of `bench:gpu` on one host. */
export async function benchGpu(host: Host, lineTo: (entry: Entry) => Line): Promise<void> {
  const { values: options } = parseArgs({
    options: {
      browser: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      large: { type: 'boolean', default: false },
      print: { type: 'boolean', default: false },
      table: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      suite: { type: 'string' },
      contestant: { type: 'string' },
      out: { type: 'string' },
    },
  })
  if (options.help) return console.log(HELP)
  if (options.table) return writeTable()

  const suiteIds = chosen('--suite', options.suite, SUITES)
  const ids = gpuRoster[host].map(({ id }) => id)
  const wanted = chosen('--contestant', options.contestant, ids)
  const entries = gpuRoster[host].filter(({ id }) => wanted.includes(id) || id === 'rungs-webgpu')
  const report = await measure({
    host,
    gauge: new RunningContestant(ceilingsEntry, lineTo(ceilingsEntry)),
    contestants: entries.map((entry) => new RunningContestant(entry, lineTo(entry))),
    pace: options.quick ? { ...paces.quick, counting: true } : paces.gpu,
    wants: ({ id }, { isSoftware }) => suiteIds.includes(id) && (!forHardware.has(id) || options.large || !isSoftware),
    // As far as it is, for whoever ends this when time is up.
    soFar: (unfinished) => options.out !== undefined && write(unfinished, options.out),
  })
  console.log(gpuMarkdown(report))
  if (options.out !== undefined) return console.log(`Written: ${options.out}/${fileNameOf(report)}`)
  if (options.quick || options.print || options.suite || options.contestant) {
    return console.log('Nothing written: only a complete run is.')
  }
  write(report, `${ROOT}bench/results`)
  console.log(`Written: bench/results/${fileNameOf(report)}`)
  writeTable()
}

interface Measuring {
  readonly host: Host
  /** For the ceilings. */
  readonly gauge: RunningContestant
  readonly contestants: readonly RunningContestant[]
  readonly pace: Pace
  wants(suite: Suite, adapter: Adapter): boolean
  soFar(report: GpuReport): void
}

async function measure({ host, gauge, contestants, pace, wants, soFar }: Measuring): Promise<GpuReport> {
  const everyone = [gauge, ...contestants]
  process.once('exit', () => {
    for (const each of everyone) void each.stop()
  })
  // Whoever ends this early ends its processes and browsers too.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
  const loadBefore = load()
  // One after the other: some machines cannot start a GPU twice at the same moment.
  for (const each of everyone) await each.start().catch(() => {}) // why not, is in `absent` and in the table
  const present = contestants.filter(({ absent }) => absent === null)
  const adapter = adapterOf(everyone)
  process.stderr.write(`${adapter.name}: ${present.map(({ entry }) => entry.title).join(', ')}\n`)

  const highest = ceilings(adapter.isSoftware)
  const found = {
    host,
    machine: describeMachine(adapter.name, loadBefore),
    adapter,
    ceilings: ceilingsOf(highest, await timeSuite(highest as unknown as Suite, [gauge], pace)),
    contestants: contestants.map(reportOn),
  }
  await gauge.stop()
  const suites: GpuSuiteReport[] = []
  const withTimes = (suite: Suite, times: SuiteTimes): GpuSuiteReport => {
    const { id, title, about } = suite
    const columns = suite.columns.map((each) => ({ title: each.title, comparedWith: each.comparedWith ?? each.title }))
    const work = Object.fromEntries(suite.columns.map((each) => [each.title, workOf(each.what)]))
    return { id, title, about, columns, work, times, ratios: ratiosOf(suite, times, found.contestants) }
  }
  for (const suite of gpuSuites.filter((each) => wants(each, adapter))) {
    // Making and checking a large array takes many times as long as what is timed: it is proved once.
    const own = suite.id === 'large' ? { ...pace, proveAgain: false } : pace
    const tell = (times: SuiteTimes): void => soFar({ ...found, suites: [...suites, withTimes(suite, times)] })
    suites.push(withTimes(suite, await timeSuite(suite, present, own, tell)))
  }
  await Promise.all(everyone.map((each) => each.stop()))
  return { ...found, suites }
}

function adapterOf(contestants: readonly RunningContestant[]): Adapter {
  const found = contestants.find(({ ready }) => ready?.adapter !== undefined)?.ready?.adapter
  if (found !== undefined) return found
  throw new Absent(`no WebGPU here: ${contestants[0]?.absent}`)
}

function ceilingsOf({ columns }: Suite<Ceiling>, times: SuiteTimes): Ceilings {
  const rates = columns.flatMap(({ title, what }) => {
    const cell = times[title]?.[ceilingsEntry.id]
    if (cell === undefined || 'absent' in cell) return []
    const { operations, bytes } = workOf(what)
    return [{ operations: (operations / cell.median) * 1000, bytes: (bytes / cell.median) * 1000 }]
  })
  if (rates.length === 0) return { bytesPerSecond: null, operationsPerSecond: null }
  return {
    bytesPerSecond: Math.max(...rates.map(({ bytes }) => bytes)),
    operationsPerSecond: Math.max(...rates.map(({ operations }) => operations)),
  }
}

function write(report: GpuReport, folder: string): void {
  const file = `${folder}/${fileNameOf(report)}`
  mkdirSync(folder, { recursive: true })
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`)
}

/** Every adapter's last run in one document. */
function writeTable(): void {
  const results = `${ROOT}bench/results`
  const files = readdirSync(results).filter((file) => /^gpu-.*\.json$/.test(file))
  const reports = files.map((file) => JSON.parse(readFileSync(`${results}/${file}`, 'utf8')) as GpuReport)
  const hardwareFirst = reports.toSorted((a, b) => Number(a.adapter.isSoftware) - Number(b.adapter.isSoftware))
  const heading =
    '# Benchmarks on WebGPU\n\n' +
    'Written by `npx -y pnpm@10 bench:gpu` from `bench/results/gpu-*.json`; do not edit. The contestants take turns within ' +
    'one run, on one adapter, each in a process or a page of its own, and prove their results before and after. Times are ' +
    'medians for one repetition. In brackets: how many times as long as ours it takes; above 1 we are faster. How: ' +
    '[bench](../bench/README.md); on a machine of your own: [gpu-machine](gpu-machine.md). A load average far above 0 says ' +
    'that others wanted the processor too: on an adapter in software such times are no good, and their ratios little better.\n'
  writeFileSync(`${ROOT}docs/benchmarks-gpu.md`, `${heading}\n${hardwareFirst.map(gpuMarkdown).join('\n')}`)
  console.log('Written: docs/benchmarks-gpu.md')
}
