import { type Answer, answering } from './answering.ts'
import type { Contestant } from './contestant.ts'

/** The same conversation in a page, over the server that it came from; see `pageLine.ts`. */
export async function servePage(start: () => Promise<Contestant>): Promise<void> {
  const { first, answer } = await answering(start)
  for (let said = first; ; ) said = await answer(await say(said))
}

/** Gives an answer and waits for the next question. */
async function say(answer: Answer): Promise<string> {
  return (await fetch('/answer', { method: 'POST', body: JSON.stringify(answer) })).text()
}
