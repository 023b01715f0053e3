import { cpus, loadavg, type as systemName, totalmem } from 'node:os'

export interface Machine {
  readonly name: string
  readonly cpu: string
  readonly cores: number
  readonly memoryGigabytes: number
  /** The WebGPU adapter, or why there is none. */
  readonly adapter: string
  readonly node: string
  readonly system: string
  readonly date: string
  /** Processes that wanted a core when the run began: far above 0, the times are no good. */
  readonly loadBefore: number
}

export function describeMachine(adapter: string, loadBefore: number): Machine {
  const cpu = (cpus()[0]?.model ?? 'unknown')
    .replace(/\((R|TM)\)/g, '')
    .replace(/\s+/g, ' ')
    .trim()
  const cores = cpus().length
  return {
    name: `${cpu}, ${cores} ${cores === 1 ? 'core' : 'cores'}`,
    cpu,
    cores,
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    adapter,
    node: process.versions.node,
    system: `${systemName()} ${process.arch}`,
    date: new Date().toISOString().slice(0, 10),
    loadBefore,
  }
}

/** Averaged over the last minute, to one digit. */
export const load = (): number => Math.round(loadavg()[0]! * 10) / 10

/** A name as a file name. */
export const slug = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
