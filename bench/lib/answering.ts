import { Absent, type Case, type Contestant, type Program } from './contestant.ts'
import { type Digest, digestOf } from './digest.ts'
import { countGpu, type GpuCounts } from './gpuClock.ts'
import type { ThreadClock } from './threadClock.ts'

/** What a contestant answers; `absent` is the reason why it cannot. */
export interface Answer {
  readonly ready?: Ready
  readonly absent?: string
  readonly prepared?: true
  readonly took?: Took
  readonly counts?: Counts | null
  readonly digest?: Digest
}

export interface Counts extends GpuCounts {
  /**
   * What the calls took of this thread's time on a processor, whoever else wanted it; null where that cannot be told, or
   * the calls wait for something.
   */
  readonly threadMilliseconds: number | null
}

export type Ready = Pick<Contestant, 'version' | 'about' | 'adapter'>

export interface Took {
  /** Until all the work was done. */
  readonly milliseconds: number
  /** Of them, within the calls themselves: what is left for the page to do something else is the rest. */
  readonly inCalls: number
}

/**
 * A contestant's side of the conversation with `contestantProcess.ts` or `contestantPage.ts`: one answer a line.
 *
 *     (start)          ready      or absent
 *     prepare <case>   prepared   or absent
 *     run <times>      took
 *     count <times>    counts     of what the GPU was given to do
 *     check            digest     of the last step's result
 */
export interface Answering {
  readonly first: Answer
  answer(line: string): Promise<Answer>
}

export async function answering(start: () => Promise<Contestant>, clock?: ThreadClock): Promise<Answering> {
  let contestant: Contestant
  try {
    contestant = await start()
  } catch (error) {
    const first = { absent: reason(error) }
    return { first, answer: async () => first }
  }
  const { version, about, adapter } = contestant
  const ready = { version, ...(about === undefined ? {} : { about }), ...(adapter === undefined ? {} : { adapter }) }

  let program: Program | undefined
  async function answer(line: string): Promise<Answer> {
    const space = line.indexOf(' ')
    const [verb, rest] = space < 0 ? [line, ''] : [line.slice(0, space), line.slice(space + 1)]
    if (verb === 'prepare') {
      program = await contestant.prepare(JSON.parse(rest) as Case)
      return { prepared: true }
    }
    if (!program) throw new Absent(`nothing prepared before "${line}"`)
    if (verb === 'run') return { took: await run(program, Number(rest)) }
    if (verb === 'count') {
      const counted = program
      let threadMilliseconds: number | null = null
      const counts = await countGpu(async () => {
        threadMilliseconds = await threadTime(counted, Number(rest), clock)
      })
      return { counts: { ...counts, threadMilliseconds } }
    }
    return { digest: digestOf(await program.result()) }
  }
  return { first: { ready }, answer: (line) => answer(line).catch((error) => ({ absent: reason(error) })) }
}

async function run(program: Program, times: number): Promise<Took> {
  const start = performance.now()
  let inCalls = 0
  for (let i = 0; i < times; i++) {
    const before = performance.now()
    const pending = program.step()
    inCalls += performance.now() - before
    if (pending instanceof Promise) await pending
  }
  await program.finish?.()
  return { milliseconds: performance.now() - start, inCalls }
}

async function threadTime(program: Program, times: number, clock?: ThreadClock): Promise<number | null> {
  const start = clock?.() ?? null
  let waited = false
  for (let i = 0; i < times; i++) {
    const pending = program.step()
    if (!(pending instanceof Promise)) continue
    waited = true
    await pending
  }
  const end = clock?.() ?? null
  await program.finish?.()
  return start === null || end === null || waited ? null : end - start
}

function reason(error: unknown): string {
  if (error instanceof Absent) return error.message
  return String(error instanceof Error ? `${error.name}: ${error.message}` : error).split('\n')[0]!
}
