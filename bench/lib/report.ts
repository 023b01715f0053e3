import type { PackageSize } from '../suites/packageSizes.ts'
import type { Machine } from './machine.ts'
import type { Entry } from './roster.ts'
import type { RunningContestant } from './runningContestant.ts'
import type { Suite } from './suite.ts'
import type { Cell, SuiteTimes } from './timeSuite.ts'

/** What one run found; written as JSON, and the only thing that the tables are made from. */
export interface Report {
  readonly machine: Machine
  readonly contestants: readonly ContestantReport[]
  readonly suites: readonly SuiteReport[]
  readonly packageSizes: readonly PackageSize[]
}

export interface ContestantReport extends Pick<Entry, 'id' | 'title' | 'comparedWith'> {
  readonly version?: string
  readonly about?: string
  /** Why it took no part at all. */
  readonly absent?: string
}

export interface SuiteReport extends Pick<Suite, 'id' | 'title' | 'about'> {
  readonly columns: readonly { readonly title: string; readonly comparedWith: string }[]
  readonly times: SuiteTimes
  /** A contestant's median divided by that of ours on the same kind of device; by column title, then by contestant. */
  readonly ratios: Record<string, Record<string, number>>
}

export function reportOn({ entry, ready, absent }: RunningContestant): ContestantReport {
  const { id, title, comparedWith } = entry
  if (absent !== null) return { id, title, comparedWith, absent }
  const { version, about } = ready ?? {}
  return { id, title, comparedWith, ...(version ? { version } : {}), ...(about ? { about } : {}) }
}

export function ratiosOf(
  suite: Suite,
  times: SuiteTimes,
  contestants: readonly ContestantReport[],
): SuiteReport['ratios'] {
  const ratios: SuiteReport['ratios'] = {}
  for (const { title, comparedWith = title } of suite.columns) {
    const row: Record<string, number> = {}
    for (const contestant of contestants) {
      const theirs = median(times[title]?.[contestant.id])
      const own = median(times[comparedWith]?.[contestant.comparedWith])
      if (theirs !== null && own !== null) row[contestant.id] = theirs / own
    }
    ratios[title] = row
  }
  return ratios
}

const median = (cell: Cell | undefined): number | null => (cell && 'median' in cell ? cell.median : null)

/** The whole report as Markdown that is readable in a terminal too. */
export function markdown({ machine, contestants, suites, packageSizes }: Report): string {
  const taking = contestants.filter(({ absent }) => absent === undefined)
  const parts = [
    `Measured on ${machine.name}, ${machine.memoryGigabytes} GB, ${machine.system}, Node ${machine.node}, ${machine.date}. ` +
      `WebGPU adapter: ${machine.adapter}. Load average before the run: ${machine.loadBefore}.`,
    'Times are medians for one repetition. In brackets: how many times as long as ours on the same kind of device takes ' +
      '(webgpu with rungs webgpu, plain JavaScript with rungs cpu, all others with rungs wasm); above 1 we are faster.',
    ...suites.map((suite) => suiteTable(suite, taking)),
    ...(packageSizes.length > 0 ? [sizesTable(packageSizes)] : []),
    legend(contestants),
  ]
  return `${parts.join('\n\n')}\n`
}

/** With more columns than this, a table has the cases as its rows. */
const MANY_CASES = 8

export function suiteTable(
  { title, about, columns, times, ratios }: SuiteReport,
  all: readonly ContestantReport[],
): string {
  const reasons: string[] = []
  const contestants = all.filter(({ id }) => columns.some((column) => times[column.title]?.[id] !== undefined))
  const cellOf = (contestant: ContestantReport, column: string): string => {
    const cell = times[column]?.[contestant.id] ?? { absent: 'not run' }
    if ('absent' in cell) return footnote(reasons, cell.absent)
    const ratio = ratios[column]?.[contestant.id]
    const isOurs = contestant.id === contestant.comparedWith
    return duration(cell.median) + (ratio === undefined || isOurs ? '' : ` (${significant(ratio, 2)})`)
  }
  const names = contestants.map((contestant) => contestant.title)
  const cases = columns.map((column) => column.title)
  const body =
    columns.length > MANY_CASES
      ? table(
          ['', ...names],
          [
            ...cases.map((name) => [name, ...contestants.map((contestant) => cellOf(contestant, name))]),
            ['geometric mean', ...contestants.map((contestant) => meanRatio(contestant, ratios))],
          ],
        )
      : table(
          ['', ...cases],
          contestants.map((contestant) => [contestant.title, ...cases.map((name) => cellOf(contestant, name))]),
        )
  const notes = reasons.map((reason, i) => `${i + 1}. ${reason}`)
  return [`## ${title}`, about, body, ...(notes.length > 0 ? [`Missing:\n\n${notes.join('\n')}`] : [])].join('\n\n')
}

/** The geometric mean of a contestant's ratios, over the cases that it can do. */
function meanRatio({ id, comparedWith }: ContestantReport, ratios: SuiteReport['ratios']): string {
  const found = Object.values(ratios).flatMap((row) => row[id] ?? [])
  if (id === comparedWith || found.length === 0) return ''
  const mean = Math.exp(found.reduce((sum, ratio) => sum + Math.log(ratio), 0) / found.length)
  return `(${significant(mean, 2)})`
}

/** The number of the reason, which is listed once. */
function footnote(reasons: string[], reason: string): string {
  if (!reasons.includes(reason)) reasons.push(reason)
  return `— [${reasons.indexOf(reason) + 1}]`
}

function sizesTable(sizes: readonly PackageSize[]): string {
  const kilobytes = (bytes: number): string => `${significant(bytes / 1000, 3)} kB`
  const rows = sizes.map(({ title, minified, gzipped, wasmGzipped, absent }) =>
    absent
      ? [title, '—', '—', absent]
      : [title, kilobytes(minified), kilobytes(gzipped), wasmGzipped > 0 ? kilobytes(wasmGzipped) : ''],
  )
  return [
    '## Package sizes',
    'What a page loads: everything that a package exports and everything below it, in one bundle by esbuild; the same ' +
      'gzipped; and the WebAssembly file beside it, gzipped.',
    table(['', 'minified', 'gzipped', 'WebAssembly'], rows),
  ].join('\n\n')
}

export function legend(contestants: readonly ContestantReport[]): string {
  const lines = contestants.map(({ title, version, about, absent }) =>
    absent === undefined
      ? `- ${title}: ${[version, about].filter(Boolean).join('; ')}`
      : `- ${title}: not measured here: ${absent}`,
  )
  return `## Who took part\n\n${lines.join('\n')}`
}

/** First column to the left, the others to the right, all of one width. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((cell, i) => Math.max(3, cell.length, ...rows.map((row) => row[i]!.length)))
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join(' | ')} |`
  const rule = widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`))
  return [line(head), line(rule), ...rows.map(line)].join('\n')
}

export function duration(milliseconds: number): string {
  if (milliseconds >= 1) return `${significant(milliseconds, 3)} ms`
  if (milliseconds >= 1e-3) return `${significant(milliseconds * 1e3, 3)} µs`
  return `${significant(milliseconds * 1e6, 3)} ns`
}

/** So many significant digits, without an exponent. */
export function significant(value: number, digits: number): string {
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(Math.max(value, 1e-12))))
  return value.toFixed(Math.min(decimals, 6))
}
