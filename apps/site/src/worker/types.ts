import type { Question, Questions } from '../typesProtocol.ts'
import { createTypeChecker, type TypeChecker } from './typeChecker.ts'

interface Asked<Q extends Question> {
  readonly id: number
  readonly question: Q
  readonly ask: Questions[Q]['ask']
}

const checker: Promise<TypeChecker> = loadFiles().then(createTypeChecker)

async function loadFiles(): Promise<Map<string, string>> {
  const response = await fetch(new URL('types.json', import.meta.url))
  return new Map(Object.entries((await response.json()) as Record<string, string>))
}

addEventListener('message', <Q extends Question>({ data }: MessageEvent<Asked<Q>>) => void answer(data))

async function answer<Q extends Question>({ id, question, ask }: Asked<Q>): Promise<void> {
  postMessage({ id, answer: (await checker)[question](ask) })
}
