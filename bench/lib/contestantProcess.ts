import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { Absent, type Case, type Contestant } from './contestant.ts'
import type { Digest } from './digest.ts'
import type { Entry } from './roster.ts'

type Answer = { ready?: Ready; absent?: string; prepared?: true; milliseconds?: number; digest?: Digest }
export type Ready = Pick<Contestant, 'version' | 'about' | 'adapter'>

/** A start compiles nothing but may load a large library; a step may compile shaders. */
const PATIENCE_MS = 90_000

/** A contestant in a process of its own, started at the first word and again after it has died. */
export class ContestantProcess {
  readonly entry: Entry
  #child: ChildProcess | null = null
  #waiting: { resolve(answer: Answer): void; reject(error: Error): void } | null = null
  #complaint = ''
  /** What it said when it started, or why it cannot take part. */
  ready: Ready | null = null
  absent: string | null

  constructor(entry: Entry) {
    this.entry = entry
    this.absent = entry.absent ?? null
  }

  /** @throws {Absent} when the contestant cannot start. */
  async start(): Promise<void> {
    if (this.absent) throw new Absent(this.absent)
    if (this.#child) return
    const first = this.#expect('starting')
    this.#spawn()
    try {
      this.ready = (await first).ready ?? null
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

  async run(times: number): Promise<number> {
    return (await this.#ask(`run ${times}`)).milliseconds ?? Number.NaN
  }

  async check(): Promise<Digest> {
    return (await this.#ask('check')).digest!
  }

  stop(): void {
    this.#child?.kill('SIGKILL')
    this.#child = null
  }

  #spawn(): void {
    const [command, ...rest] = this.entry.command
    const child = spawn(command!, rest, { stdio: ['pipe', 'pipe', 'pipe'] })
    this.#child = child
    this.#complaint = ''
    child.stdin.on('error', () => {}) // the end of the process says it better
    child.stderr.on('data', (chunk: Buffer) => {
      this.#complaint = (this.#complaint + chunk.toString()).slice(-2000)
    })
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (child === this.#child && line.startsWith('answer ')) this.#settle(JSON.parse(line.slice('answer '.length)))
    })
    child.on('error', (error) => this.#end(child, error.message))
    child.on('close', (code, signal) => {
      const last = this.#complaint.trim().split('\n').at(-1) ?? ''
      this.#end(child, `the process ended with ${signal ?? code}${last && `: ${last.slice(0, 200)}`}`)
    })
  }

  #ask(line: string): Promise<Answer> {
    if (!this.#child) throw new Absent('the process has ended')
    const answer = this.#expect(line.split(' ', 1)[0]!)
    this.#child.stdin!.write(`${line}\n`)
    return answer
  }

  #expect(verb: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.stop()
        this.#fail(`no answer to "${verb}" within ${PATIENCE_MS / 1000} s`)
      }, PATIENCE_MS)
      const settled = () => {
        clearTimeout(timer)
        this.#waiting = null
      }
      this.#waiting = {
        resolve(answer) {
          settled()
          resolve(answer)
        },
        reject(error) {
          settled()
          reject(error)
        },
      }
    })
  }

  #settle(answer: Answer): void {
    if (answer.absent !== undefined) this.#waiting?.reject(new Absent(answer.absent))
    else this.#waiting?.resolve(answer)
  }

  #end(child: ChildProcess, why: string): void {
    if (child !== this.#child) return
    this.#child = null
    this.#fail(why)
  }

  #fail(why: string): void {
    this.#waiting?.reject(new Absent(why))
  }
}
