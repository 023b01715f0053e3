import { TICKET_BITS, type WorkerStart, word, work } from './work.ts'

export interface WorkerHandle {
  terminate(): void
}

/** Spinning worth a wake-up (10 to 20 µs), in milliseconds. */
const SPIN = 0.05
const constants = `${JSON.stringify(word)}, ${TICKET_BITS}, ${SPIN}`

interface NodeWorker {
  on(event: 'error', listener: () => void): void
  unref(): void
  terminate(): unknown
}
interface WorkerThreads {
  readonly Worker: new (
    code: string,
    options: { eval: true; workerData: WorkerStart; execArgv: readonly string[]; name: string },
  ) => NodeWorker
}
interface Builtins {
  getBuiltinModule?(name: string): unknown
}

/** Null where a host or a page forbids workers: then the calling thread does all the work. */
export function startWorker(start: WorkerStart): WorkerHandle | null {
  try {
    return spawn(start)
  } catch {
    return null
  }
}

/** Node's own threads where there are some, else a page's workers; both from text, so that nothing has to be served. */
function spawn(start: WorkerStart): WorkerHandle {
  const builtins = (globalThis as { process?: Builtins }).process
  if (builtins?.getBuiltinModule !== undefined) {
    const { Worker } = builtins.getBuiltinModule('node:worker_threads') as WorkerThreads
    const code = `(${work})(require('node:worker_threads').workerData, ${constants})`
    const worker = new Worker(code, { eval: true, workerData: start, execArgv: [], name: 'rungs' })
    // One that cannot run takes no work, and the program goes on without it.
    worker.on('error', () => {})
    worker.unref()
    return { terminate: () => void worker.terminate() }
  }
  const code = `onmessage = ({ data }) => (${work})(data, ${constants})`
  const url = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }))
  const worker = new Worker(url, { name: 'rungs' })
  worker.postMessage(start)
  return worker
}
