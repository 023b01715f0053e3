import type { Question, Questions } from '../../typesProtocol.ts'

/** Asks the type checker; the answer comes when it does. */
export type AskTypes = <Q extends Question>(question: Q, ask: Questions[Q]['ask']) => Promise<Questions[Q]['answer']>

/** The worker, a megabyte with TypeScript in it, is started by the first question. */
export function createTypes(url: URL): AskTypes {
  const waiting = new Map<number, (answer: never) => void>()
  let worker: Worker | null = null
  let asked = 0

  function start(): Worker {
    const started = new Worker(url, { type: 'module', name: 'types' })
    started.addEventListener('message', ({ data }: MessageEvent<{ id: number; answer: never }>) => {
      waiting.get(data.id)?.(data.answer)
      waiting.delete(data.id)
    })
    return started
  }

  return (question, ask) =>
    new Promise((resolve) => {
      worker ??= start()
      const id = ++asked
      waiting.set(id, resolve)
      worker.postMessage({ id, question, ask })
    })
}
