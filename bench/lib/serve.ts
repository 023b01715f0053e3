import { createInterface } from 'node:readline'
import { Absent, type Case, type Contestant, type Program } from './contestant.ts'
import { digestOf } from './digest.ts'

/**
 * A contestant's side of the conversation with `contestantProcess.ts`: lines in, one answer a line.
 *
 *     (start)          {"ready": {"version": …}}    or {"absent": reason}
 *     prepare <case>   {"prepared": true}           or {"absent": reason}
 *     run <times>      {"milliseconds": 12.3}
 *     check            {"digest": {…}}              of the last step's result
 */
export async function serve(start: () => Promise<Contestant>): Promise<void> {
  console.log = console.error // what a library prints is no answer
  await null // so that a module may call this first and define what it needs below
  let contestant: Contestant
  try {
    contestant = await start()
  } catch (error) {
    answer({ absent: reason(error) })
    process.exit(0)
  }
  const { version, about, adapter } = contestant
  answer({ ready: { version, about, adapter } })

  let program: Program | undefined
  for await (const line of createInterface({ input: process.stdin })) {
    const space = line.indexOf(' ')
    const [verb, rest] = space < 0 ? [line, ''] : [line.slice(0, space), line.slice(space + 1)]
    try {
      if (verb === 'prepare') {
        program = await contestant.prepare(JSON.parse(rest) as Case)
        answer({ prepared: true })
      } else if (!program) {
        throw new Absent(`nothing prepared before "${line}"`)
      } else if (verb === 'run') {
        answer({ milliseconds: await time(program, Number(rest)) })
      } else {
        answer({ digest: digestOf(await program.result()) })
      }
    } catch (error) {
      answer({ absent: reason(error) })
    }
  }
  process.exit(0)
}

async function time(program: Program, times: number): Promise<number> {
  const start = performance.now()
  for (let i = 0; i < times; i++) {
    const pending = program.step()
    if (pending instanceof Promise) await pending
  }
  await program.finish?.()
  return performance.now() - start
}

const answer = (message: object): boolean => process.stdout.write(`answer ${JSON.stringify(message)}\n`)

function reason(error: unknown): string {
  if (error instanceof Absent) return error.message
  return String(error instanceof Error ? `${error.name}: ${error.message}` : error).split('\n')[0]!
}
