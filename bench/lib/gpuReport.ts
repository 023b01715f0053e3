import type { Adapter } from './contestant.ts'
import { type Machine, slug } from './machine.ts'
import { type ContestantReport, duration, legend, type SuiteReport, significant, suiteTable, table } from './report.ts'
import type { Timing } from './timeSuite.ts'

/** What one run on one adapter found; written as JSON, and the only thing that its tables are made from. */
export interface GpuReport {
  readonly host: Host
  readonly machine: Machine
  readonly adapter: Adapter
  readonly ceilings: Ceilings
  readonly contestants: readonly ContestantReport[]
  readonly suites: readonly GpuSuiteReport[]
}

export type Host = 'node' | 'chromium'

/** Measured in the same run; null where it could not be. */
export interface Ceilings {
  /** Read and written by a copy, whichever way of copying is faster. */
  readonly bytesPerSecond: number | null
  /** Multiplications and additions of float32. */
  readonly operationsPerSecond: number | null
}

export interface GpuSuiteReport extends SuiteReport {
  /** By column title: what its case takes at least. */
  readonly work: Record<string, { readonly operations: number; readonly bytes: number }>
}

export const fileNameOf = ({ adapter, host }: Pick<GpuReport, 'adapter' | 'host'>): string =>
  `gpu-${slug(adapter.device)}-${host}.json`

export function gpuMarkdown(report: GpuReport): string {
  const { machine, adapter, host, contestants, suites } = report
  const where = host === 'node' ? `Node ${machine.node}` : 'Chromium'
  const taking = contestants.filter(({ absent }) => absent === undefined)
  const parts = [
    `## ${adapter.device}, ${where}`,
    `Adapter: ${adapter.name}${adapter.isSoftware ? ' (in software)' : ''}. Measured on ${machine.name}, ` +
      `${machine.memoryGigabytes} GB, ${machine.system}, ${machine.date}. Load average before the run: ${machine.loadBefore}.`,
    ceilingsText(report),
    ...suites.map((suite) => suiteTable(suite, taking)),
    sharesTable(report),
    stepsTable(report, taking),
    legend(contestants),
  ]
  // One level below the heading of the run.
  return `${parts.map((part, i) => (i === 0 ? part : part.replace(/^## /gm, '### '))).join('\n\n')}\n`
}

function ceilingsText({ ceilings: { bytesPerSecond, operationsPerSecond } }: GpuReport): string {
  const bandwidth = bytesPerSecond === null ? 'unknown' : `${significant(bytesPerSecond / 1e9, 3)} GB/s`
  const peak = operationsPerSecond === null ? 'unknown' : `${significant(operationsPerSecond / 1e9, 3)} GFLOP/s`
  return `Ceilings, measured in the same run: ${bandwidth} read and written by a copy, ${peak} of multiply-adds.`
}

/** Ours against the ceilings: by the clock on the wall, and by the GPU's own where it has one. */
function sharesTable({ suites, ceilings }: GpuReport): string {
  const rows = suites.flatMap(({ columns, times, work }) =>
    columns.flatMap(({ title }): string[][] => {
      const cell = times[title]?.['rungs-webgpu']
      const needed = work[title]
      if (cell === undefined || needed === undefined || 'absent' in cell) return []
      const busy = cell.counts?.busyMilliseconds ?? null
      return [
        [
          title,
          duration(cell.median),
          busy === null ? '—' : duration(busy),
          `${significant(needed.operations / cell.median / 1e6, 3)} GFLOP/s`,
          `${significant(needed.bytes / cell.median / 1e6, 3)} GB/s`,
          share(needed, cell.median, ceilings),
          busy === null ? '—' : share(needed, busy, ceilings),
        ],
      ]
    }),
  )
  const head = ['', 'time', 'GPU busy', 'arithmetic', 'memory', 'share of ceiling', 'while busy']
  return [
    '## Ours against the ceilings',
    'The least arithmetic and the least bytes that a case takes, over its time; the share is of whichever ceiling is nearer. ' +
      "GPU busy is by the adapter's own timestamps.",
    table(head, rows),
  ].join('\n\n')
}

function share(work: { operations: number; bytes: number }, milliseconds: number, ceilings: Ceilings): string {
  const seconds = milliseconds / 1000
  const shares = [
    ceilings.operationsPerSecond === null ? 0 : work.operations / seconds / ceilings.operationsPerSecond,
    ceilings.bytesPerSecond === null ? 0 : work.bytes / seconds / ceilings.bytesPerSecond,
  ]
  return `${(100 * Math.max(...shares)).toFixed(0)} %`
}

/** What a training step costs besides the GPU's work. */
function stepsTable({ suites }: GpuReport, contestants: readonly ContestantReport[]): string {
  const suite = suites.find(({ id }) => id === 'twoLayerStep')
  if (suite === undefined) return 'No training step was measured.'
  const rows = contestants.flatMap(({ id, title }) =>
    suite.columns.flatMap((column): string[][] => {
      const cell = suite.times[column.title]?.[id]
      if (cell === undefined || 'absent' in cell || cell.counts === undefined) return []
      return [[`${title}, ${column.title}`, ...stepCells(cell, cell.counts)]]
    }),
  )
  const head = ['', 'step', 'calls', 'processor', 'GPU busy', 'dispatches', 'submits']
  return [
    '## What a training step costs',
    'Calls: until they have returned, work may still be running. Processor: what they took of their thread, with what WebGPU ' +
      'does for them, whoever else wanted it; not known of calls that wait.',
    table(head, rows),
  ].join('\n\n')
}

function stepCells({ median, inCalls }: Timing, counts: NonNullable<Timing['counts']>): string[] {
  const { dispatches, submits, busyMilliseconds, threadMilliseconds } = counts
  const known = (milliseconds: number | null): string => (milliseconds === null ? '—' : duration(milliseconds))
  return [
    ...[duration(median), duration(inCalls), known(threadMilliseconds ?? null), known(busyMilliseconds)],
    ...[significant(dispatches, 3), significant(submits, 2)],
  ]
}
