import type { Item } from '@rungs/lesson'
import type { Failure, FromRun, RunRequest } from '../protocol.ts'

/** What a run tells, while it is the last one that was started and has not been stopped. */
export interface RunListener {
  opened(device: string): void
  items(items: readonly Item[], dropped: number): void
  done(ms: number): void
  failed(failure: Failure): void
}

export interface Runner {
  /** Ends the run before, if one is going on, and starts another. */
  run(request: RunRequest, listener: RunListener): void
  /** False where nothing was running. */
  stop(): boolean
}

/** Runs lessons, each in a worker of its own; the next one is started ahead, so that it is ready when it is needed. */
export function createRunner(url: URL): Runner {
  // From a blob, so that it inherits the policy of the page: what a reader runs asks no other host for anything either.
  const program = URL.createObjectURL(new Blob([`import ${JSON.stringify(url.href)}`], { type: 'text/javascript' }))
  const start = (): Worker => new Worker(program, { type: 'module', name: 'lesson' })
  let spare: Worker | null = null
  let current: Worker | null = null

  function end(): boolean {
    if (current === null) return false
    current.terminate()
    current = null
    return true
  }

  function run(request: RunRequest, listener: RunListener): void {
    end()
    const worker = spare ?? start()
    current = worker
    spare = null
    const isOver = (): boolean => current !== worker
    worker.addEventListener('message', ({ data }: MessageEvent<FromRun>) => {
      if (isOver()) return
      if (data.kind === 'items') listener.items(data.items, data.dropped)
      if (data.kind === 'opened') {
        // Not before: the first worker on a page has to load what the next one finds at hand.
        spare ??= start()
        listener.opened(data.device)
      }
      if (data.kind === 'done' || data.kind === 'failed') end()
      if (data.kind === 'done') listener.done(data.ms)
      if (data.kind === 'failed') listener.failed(data.failure)
    })
    // The worker itself could not be loaded.
    worker.addEventListener('error', ({ message }) => {
      if (isOver()) return
      end()
      listener.failed({
        name: 'Error',
        message: message || 'the program that runs lessons could not be loaded',
        line: null,
      })
    })
    worker.postMessage(request)
  }

  return { run, stop: end }
}
