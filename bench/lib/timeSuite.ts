import type { Counts, Took } from './answering.ts'
import type { Case } from './contestant.ts'
import { type Digest, difference, digestOf } from './digest.ts'
import type { RunningContestant } from './runningContestant.ts'
import type { Suite } from './suite.ts'

/** How long things may take, in milliseconds. */
export interface Pace {
  /** Turns that each contestant gets. */
  readonly rounds: number
  /** How long one turn lasts. */
  readonly turn: number
  /** How long each warms up first. */
  readonly warmUp: number
  /** Steps that training takes to be warm, where they fit into the time: see `WARM`. */
  readonly trainingSteps: number
  /** What one contestant may spend on one case: the slow get fewer turns. */
  readonly budget: number
  /** But never fewer than this. */
  readonly fewest: number
  /** Prove results once more after timing: engines optimise code while it runs, and it must still be right. */
  readonly proveAgain: boolean
  /** Count, at last, what the GPU was given to do. */
  readonly counting: boolean
}

/** Engines compile a training step well only after hundreds: 4 ms of JavaScript at first, 0.4 after six hundred. */
const WARM = 600

export const paces = {
  full: {
    rounds: 9,
    turn: 40,
    warmUp: 300,
    trainingSteps: WARM,
    budget: 1500,
    fewest: 3,
    proveAgain: true,
    counting: false,
  },
  // A graphics card does more in less, and is lent by the minute.
  gpu: {
    rounds: 9,
    turn: 40,
    warmUp: 150,
    trainingSteps: WARM,
    budget: 1200,
    fewest: 3,
    proveAgain: true,
    counting: true,
  },
  quick: {
    rounds: 3,
    turn: 8,
    warmUp: 40,
    trainingSteps: 0,
    budget: 100,
    fewest: 1,
    proveAgain: false,
    counting: false,
  },
} as const satisfies Record<string, Pace>

/** Milliseconds a repetition. */
export interface Timing {
  readonly median: number
  readonly min: number
  readonly max: number
  /** What the calls themselves took before the work was waited for; the median. */
  readonly inCalls: number
  readonly rounds: number
  /** Repetitions in a round. */
  readonly repetitions: number
  /** Of one repetition. */
  readonly counts?: Counts
}

/** A time, or why there is none. */
export type Cell = Timing | { readonly absent: string }

/** By case title, then by contestant. */
export type SuiteTimes = Record<string, Record<string, Cell>>

/** Lets the previous contestant's threads fall asleep. */
const PAUSE_MS = 4
/** Repetitions that are counted and timed by the GPU's clock, at most. */
const COUNTED = 96
/** What takes longer is taken once: its ratio to the others is not in doubt. */
const SLOW_MS = 4000
/** What that may take beyond the warm-up of everything else. */
const WARMING_MS = 1500
/** What that may take, about; what takes a quarter of it alone is not counted. */
const COUNTING_MS = 2400

export async function timeSuite(
  suite: Suite,
  contestants: readonly RunningContestant[],
  pace: Pace,
  soFar: (times: SuiteTimes) => void = () => {},
): Promise<SuiteTimes> {
  const times: SuiteTimes = {}
  for (const { title, what } of suite.columns) {
    const start = performance.now()
    process.stderr.write(`${suite.title}: ${title} `)
    times[title] = await timeCase(what, expectedOf(suite, what), contestants, pace)
    process.stderr.write(` ${((performance.now() - start) / 1000).toFixed(1)} s\n`)
    soFar(times)
  }
  return times
}

interface Expected {
  /** How often to run before checking. */
  readonly steps: number
  readonly digest: Digest
  /** A check after timing has to start anew. */
  readonly goesOn: boolean
}

/** Of steps that go on from each other a few must agree. */
function expectedOf(suite: Suite, what: Case): Expected {
  const goesOn = suite.goesOn === true
  const steps = goesOn ? 3 : 1
  const expected = suite.expected(what, steps)
  return { steps, goesOn, digest: 'samples' in expected ? expected : digestOf(expected) }
}

/** One contestant's way through one case. */
interface Turns {
  readonly contestant: RunningContestant
  readonly repetitions: number
  readonly rounds: number
  readonly samples: Took[]
}

async function timeCase(
  what: Case,
  expected: Expected,
  contestants: readonly RunningContestant[],
  pace: Pace,
): Promise<Record<string, Cell>> {
  const cells: Record<string, Cell> = {}
  /** What fails takes no further part in this case, and the table says why. */
  async function attempt<T>(contestant: RunningContestant, work: () => Promise<T>): Promise<T | null> {
    try {
      return await work()
    } catch (error) {
      cells[contestant.entry.id] = { absent: (error as Error).message }
      return null
    }
  }

  const taking: Turns[] = []
  for (const contestant of contestants) {
    const ready = await attempt(contestant, async () => {
      await prove(contestant, what, expected, 'before')
      return warmUp(contestant, pace, expected.goesOn ? pace.trainingSteps : 0)
    })
    if (ready) taking.push({ contestant, ...ready })
    process.stderr.write('.')
  }

  for (let round = 0; round < pace.rounds; round++) {
    for (const { contestant, repetitions, rounds, samples } of rotated(taking, round)) {
      if (round >= rounds || cells[contestant.entry.id]) continue
      await pause()
      const took = await attempt(contestant, () => contestant.run(repetitions))
      if (took !== null) samples.push(took)
    }
  }

  for (const { contestant, repetitions, samples } of taking) {
    if (cells[contestant.entry.id]) continue
    if (pace.proveAgain) await attempt(contestant, () => proveAgain(contestant, what, expected))
    const timing = summary(samples, repetitions)
    const counting = pace.counting && timing.median < COUNTING_MS / 4
    const counts = counting ? await attempt(contestant, () => countsOf(contestant, timing.median)) : null
    cells[contestant.entry.id] ??= { ...timing, ...(counts === null ? {} : { counts }) }
  }
  return cells
}

/** Everyone follows everyone sooner or later. */
const rotated = <T>(list: readonly T[], by: number): T[] => list.map((_, i) => list[(i + by) % list.length]!)

async function prove(contestant: RunningContestant, what: Case, expected: Expected, when: string): Promise<true> {
  await contestant.prepare(what)
  await contestant.run(expected.steps)
  return verify(contestant, expected, when)
}

/** The last result that was timed, where each is the same. */
const proveAgain = (contestant: RunningContestant, what: Case, expected: Expected): Promise<true> =>
  expected.goesOn ? prove(contestant, what, expected, 'after') : verify(contestant, expected, 'after')

async function verify(contestant: RunningContestant, { digest }: Expected, when: string): Promise<true> {
  const wrong = difference(await contestant.check(), digest)
  if (wrong) throw new Error(`wrong ${when} timing: ${wrong}`)
  return true
}

/** Runs until it is warm (`least` repetitions, unless it is slow), and finds how many fill a turn. */
async function warmUp(contestant: RunningContestant, pace: Pace, least: number): Promise<Omit<Turns, 'contestant'>> {
  let repetitions = 1
  let done = 0
  let spent = 0
  for (;;) {
    const run = await contestant.run(repetitions)
    const took = run.milliseconds
    if (repetitions === 1 && took > SLOW_MS) return { repetitions, rounds: 0, samples: [run] }
    spent += took
    done += repetitions
    const warm = spent >= pace.warmUp && (done >= least || spent >= pace.warmUp + WARMING_MS)
    const enough = took >= pace.turn / 2
    if (enough && warm) {
      const rounds = Math.min(pace.rounds, Math.max(pace.fewest, Math.floor(pace.budget / took)))
      return { repetitions: Math.max(1, Math.round((repetitions * pace.turn) / took)), rounds, samples: [] }
    }
    const wanted = (repetitions * pace.turn) / Math.max(took, 1e-3)
    repetitions = Math.max(1, Math.ceil(Math.min(wanted, repetitions * 10)))
  }
}

function summary(samples: readonly Took[], repetitions: number): Timing {
  const each = sorted(samples.map(({ milliseconds }) => milliseconds / repetitions))
  const inCalls = middleOf(sorted(samples.map((took) => took.inCalls / repetitions)))
  return { median: middleOf(each), min: each[0]!, max: each.at(-1)!, inCalls, rounds: samples.length, repetitions }
}

async function countsOf(contestant: RunningContestant, median: number): Promise<Counts | null> {
  await contestant.run(Math.min(WARM, Math.ceil(COUNTING_MS / median)))
  const times = Math.min(COUNTED, Math.ceil(COUNTING_MS / 4 / median))
  const counts = await contestant.count(times)
  if (counts === null) return null
  const each = (total: number | null): number | null => (total === null ? null : total / times)
  return {
    dispatches: counts.dispatches / times,
    submits: counts.submits / times,
    busyMilliseconds: each(counts.busyMilliseconds),
    threadMilliseconds: each(counts.threadMilliseconds),
  }
}

const sorted = (values: readonly number[]): number[] => values.toSorted((a, b) => a - b)

/** Of a sorted list: the median. */
function middleOf(values: readonly number[]): number {
  const middle = values.length >> 1
  return values.length % 2 === 1 ? values[middle]! : (values[middle - 1]! + values[middle]!) / 2
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
