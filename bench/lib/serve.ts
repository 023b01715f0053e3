import { createInterface } from 'node:readline'
import { type Answer, answering } from './answering.ts'
import type { Contestant } from './contestant.ts'
import { threadClock } from './threadClock.ts'

/** Lines in, one answer a line; see `answering.ts`. */
export async function serve(start: () => Promise<Contestant>): Promise<void> {
  console.log = console.error // what a library prints is no answer
  const { first, answer } = await answering(start, threadClock)
  say(first)
  if (first.ready === undefined) process.exit(0)
  for await (const line of createInterface({ input: process.stdin })) say(await answer(line))
  process.exit(0)
}

const say = (message: Answer): boolean => process.stdout.write(`answer ${JSON.stringify(message)}\n`)
