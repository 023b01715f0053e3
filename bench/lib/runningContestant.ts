import type { Answer, Counts, Ready, Took } from './answering.ts'
import { Absent, type Case } from './contestant.ts'
import type { Digest } from './digest.ts'
import type { Entry } from './roster.ts'

/** How a contestant is reached: a process of its own, or a page of a browser. */
export interface Line {
  /** Give its first answer. */
  open(): Promise<Answer>
  ask(question: string): Promise<Answer>
  close(): void | Promise<void>
}

/** A contestant that is started at the first word and again after it has died. */
export class RunningContestant {
  readonly entry: Entry
  readonly #line: Line
  #open = false
  /** What it said when it started, or why it cannot take part. */
  ready: Ready | null = null
  absent: string | null

  constructor(entry: Entry, line: Line) {
    this.entry = entry
    this.#line = line
    this.absent = entry.absent ?? null
  }

  /** @throws {Absent} when the contestant cannot start. */
  async start(): Promise<void> {
    if (this.absent) throw new Absent(this.absent)
    if (this.#open) return
    try {
      const { ready, absent } = await this.#line.open()
      if (ready === undefined) throw new Absent(absent ?? 'it said nothing')
      this.ready = ready
      this.#open = true
    } catch (error) {
      // Once started, a later failure belongs to the case that caused it.
      if (!this.ready) this.absent = (error as Error).message
      throw error
    }
  }

  async prepare(what: Case): Promise<void> {
    await this.start()
    await this.#ask(`prepare ${JSON.stringify(what)}`)
  }

  async run(times: number): Promise<Took> {
    return (await this.#ask(`run ${times}`)).took!
  }

  /** Null where a contestant has no WebGPU. */
  async count(times: number): Promise<Counts | null> {
    return (await this.#ask(`count ${times}`)).counts ?? null
  }

  async check(): Promise<Digest> {
    return (await this.#ask('check')).digest!
  }

  stop(): void | Promise<void> {
    this.#open = false
    return this.#line.close()
  }

  async #ask(question: string): Promise<Answer> {
    if (!this.#open) throw new Absent('it has ended')
    let answer: Answer
    try {
      answer = await this.#line.ask(question)
    } catch (error) {
      this.#open = false
      throw error
    }
    if (answer.absent !== undefined) throw new Absent(answer.absent)
    return answer
  }
}
