import { type Host, nextId, runLesson, type TextItem } from '@rungs/lesson'
import type { FromRun, RunRequest } from '../protocol.ts'
import { createBatches } from './batch.ts'
import { createOpener } from './devices.ts'
import { failureOf } from './failure.ts'
import { formatLog } from './inspect.ts'

/** One worker runs one lesson, so every run begins with nothing, and stopping is ending the worker. */
const post = (message: FromRun): void => postMessage(message)
const batches = createBatches(
  (batch) => post({ kind: 'items', ...batch }),
  () => performance.now(),
  (flush) => setTimeout(flush),
)

const openDevice = createOpener()
const host: Host = {
  show: batches.add,
  openDevice,
}

const levels = { debug: 'log', log: 'log', info: 'log', warn: 'warn', error: 'error' } as const satisfies Record<
  string,
  TextItem['level']
>
for (const [method, level] of Object.entries(levels)) {
  const say = (...values: unknown[]): void =>
    batches.add({ kind: 'text', id: nextId(), level, text: formatLog(values) })
  Object.assign(console, { [method]: say })
}

function fail(thrown: unknown): void {
  batches.flush()
  post({ kind: 'failed', failure: failureOf(thrown) })
}

// What a lesson throws where nobody waits for it.
addEventListener('unhandledrejection', (event) => {
  event.preventDefault()
  fail(event.reason)
})
addEventListener('error', (event) => {
  event.preventDefault()
  fail(event.error ?? event.message)
})

addEventListener('message', ({ data }: MessageEvent<RunRequest>) => void run(data).catch(fail))

async function run({ device: name, seed, code, packages }: RunRequest): Promise<void> {
  const url = 'url' in code ? code.url : await compiled(code.source, packages)
  post({ kind: 'opened', device: (await openDevice(name)).description })
  let start = 0
  await runLesson(host, { device: name, seed }, () => {
    start = performance.now()
    return import(url)
  })
  const ms = performance.now() - start
  batches.flush()
  post({ kind: 'done', ms })
}

/** The compiler is loaded when there is something to compile. */
async function compiled(source: string, packages: RunRequest['packages']): Promise<string> {
  const { compile } = await import('../compile.ts')
  return URL.createObjectURL(new Blob([await compile(source, packages)], { type: 'text/javascript' }))
}
