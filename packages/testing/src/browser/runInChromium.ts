import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Chromium, ChromiumError, openInChromium } from './chromium.ts'
import { type OnPost, serve } from './server.ts'

export interface PageRun {
  /** A module, in TypeScript or JavaScript; it is bundled from the packages' sources and has to `POST` to `/result`. */
  readonly entry: string
  /** What follows the question mark. */
  readonly query?: string
  readonly timeout: number
}

const page = `<!doctype html>
<meta charset="utf-8">
<title>Rungs</title>
<script>
  const failed = (reason) =>
    fetch('/failed', { method: 'POST', body: String((reason && (reason.stack || reason.message)) || reason) })
  addEventListener('error', ({ error, message }) => failed(error ?? message))
  addEventListener('unhandledrejection', ({ reason }) => failed(reason))
</script>
<script type="module" src="page.js"></script>
`

/**
 * Runs a module in headless Chromium and gives the JSON that it posts to `/result`.
 * @throws {ChromiumError} with what the page threw, or when nothing came in time.
 */
export async function runInChromium(chromium: Chromium, { entry, query = '', timeout }: PageRun): Promise<unknown> {
  const folder = mkdtempSync(join(tmpdir(), 'rungs-page-'))
  try {
    await bundlePage(entry, folder)
    return await posted(chromium, folder, query, timeout)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function bundlePage(entry: string, folder: string): Promise<void> {
  const { build } = await import('esbuild')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'index.html'), page)
  await build({
    entryPoints: [entry],
    outfile: join(folder, 'page.js'),
    bundle: true,
    format: 'esm',
    conditions: ['@rungs/source'],
    logLevel: 'silent',
  })
}

async function posted(chromium: Chromium, folder: string, query: string, timeout: number): Promise<unknown> {
  let resolve: (result: unknown) => void = () => {}
  let reject: (error: Error) => void = () => {}
  const promise = new Promise<unknown>((...both) => {
    ;[resolve, reject] = both
  })
  const onPost: OnPost = async (path, body) => {
    if (path === '/result') resolve(JSON.parse(body))
    else reject(new ChromiumError(`the page threw ${body}`))
    return ''
  }
  const server = await serve(folder, { onPost })
  const { ended, close } = openInChromium(chromium, `${server.origin}/?${query}`)
  const timer = setTimeout(() => reject(new ChromiumError(`the page gave no result within ${timeout} ms`)), timeout)
  try {
    return await Promise.race([promise, ended])
  } finally {
    clearTimeout(timer)
    await close()
    await server.close()
  }
}
