import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Answer } from './answering.ts'
import { Absent } from './contestant.ts'
import type { Line } from './runningContestant.ts'

/** A start compiles nothing but may load a large library; a step may compile shaders. */
const PATIENCE_MS = 90_000

/** A contestant in a process of its own, over its standard input and output; see `serve.ts`. */
export function processLine([command, ...rest]: readonly string[]): Line {
  let child: ChildProcess | null = null
  let waiting: { resolve(answer: Answer): void; reject(error: Error): void } | null = null
  let complaint = ''

  function spawnChild(): void {
    const own = spawn(command!, rest, { stdio: ['pipe', 'pipe', 'pipe'] })
    child = own
    complaint = ''
    own.stdin.on('error', () => {}) // the end of the process says it better
    own.stderr.on('data', (chunk: Buffer) => {
      complaint = (complaint + chunk.toString()).slice(-2000)
    })
    createInterface({ input: own.stdout }).on('line', (line) => {
      if (own === child && line.startsWith('answer ')) waiting?.resolve(JSON.parse(line.slice('answer '.length)))
    })
    own.on('error', (error) => end(own, error.message))
    own.on('close', (code, signal) => {
      const last = complaint.trim().split('\n').at(-1) ?? ''
      end(own, `the process ended with ${signal ?? code}${last && `: ${last.slice(0, 200)}`}`)
    })
  }

  function end(own: ChildProcess, why: string): void {
    if (own !== child) return
    child = null
    waiting?.reject(new Absent(why))
  }

  function close(): void {
    child?.kill('SIGKILL')
    child = null
  }

  function expect(verb: string): Promise<Answer> {
    return new Promise<Answer>((resolve, reject) => {
      const timer = setTimeout(() => {
        close()
        waiting?.reject(new Absent(`no answer to "${verb}" within ${PATIENCE_MS / 1000} s`))
      }, PATIENCE_MS)
      const settle = <T>(then: (value: T) => void) => {
        return (value: T): void => {
          clearTimeout(timer)
          waiting = null
          then(value)
        }
      }
      waiting = { resolve: settle(resolve), reject: settle(reject) }
    })
  }

  return {
    open() {
      const first = expect('starting')
      spawnChild()
      return first
    },
    ask(question) {
      if (!child) throw new Absent('the process has ended')
      const answer = expect(question.split(' ', 1)[0]!)
      child.stdin!.write(`${question}\n`)
      return answer
    },
    close,
  }
}
