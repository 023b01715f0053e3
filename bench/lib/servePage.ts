import { type Answer, answering } from './answering.ts'
import type { Contestant } from './contestant.ts'

export interface ContestantWindow {
  first?: Answer
  answer?(line: string): Promise<Answer>
  done?: boolean
}

/** The same conversation in a page: its questions are calls of `answer`. */
export async function servePage(start: () => Promise<Contestant>): Promise<void> {
  Object.assign(globalThis as ContestantWindow, await answering(start), { done: true })
}
