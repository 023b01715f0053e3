// How the runner and the contestants become single files, with the packages from their sources.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

export const BENCH = fileURLToPath(new URL('..', import.meta.url))

const { dependencies, devDependencies } = JSON.parse(readFileSync(`${BENCH}package.json`, 'utf8'))

/** The peers, which stay as they were installed; ours are linked. */
export const peers = Object.entries({ ...dependencies, ...devDependencies })
  .filter(([, version]) => !version.startsWith('link:'))
  .map(([name]) => name)

/** What no bundle for another machine holds: a binary, and what only other devices than WebGPU need. */
export const notCarried = ['webgpu', 'tar', '@sparticuz/chromium', '@tensorflow/tfjs-backend-wasm', 'onnxruntime-web']

/** Parts of the peers look for these where there is Node; in a page they are dead code. */
const NODE_MODULES = ['fs', 'path', 'crypto', 'util', 'os', 'perf_hooks', 'worker_threads', 'module', 'url', 'node:*']

/** @param entry a file of this folder, or `{ contents }` */
export function bundle(entry, outfile, options = {}) {
  const from =
    typeof entry === 'string' ? { entryPoints: [`${BENCH}${entry}`] } : { stdin: { ...entry, resolveDir: BENCH } }
  return build({
    ...from,
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    conditions: ['@rungs/source'],
    external: peers,
    sourcemap: true,
    logLevel: 'silent',
    ...options,
  })
}

/** A contestant as a program that answers on its standard output; its argument is the kind of device. */
export const inProcess = (name) => ({
  contents: `
    import { start } from './contestants/${name}.ts'
    import { startGpu } from './lib/gpuInNode.ts'
    import { serve } from './lib/serve.ts'
    serve(() => start(process.argv[2] ?? '', startGpu))`,
  loader: 'ts',
})

/** The same in a page, which has WebGPU alone. */
export const inPage = (name) => ({
  contents: `
    import { start } from './contestants/${name}.ts'
    import { startGpu } from './lib/gpuInPage.ts'
    import { servePage } from './lib/servePage.ts'
    servePage(() => start('webgpu', startGpu))`,
  loader: 'ts',
})

/** Bundles a contestant's page into a folder of its own. */
export async function bundlePage(name, folder) {
  mkdirSync(folder, { recursive: true })
  writeFileSync(
    `${folder}/index.html`,
    `<!doctype html><meta charset="utf-8"><title>${name}</title>
<script>
  const failed = (reason) => fetch('/failed', { method: 'POST', body: String(reason?.stack ?? reason) })
  addEventListener('error', ({ error, message }) => failed(error ?? message))
  addEventListener('unhandledrejection', ({ reason }) => failed(reason))
</script>
<script type="module" src="page.js"></script>
`,
  )
  await bundle(inPage(name), `${folder}/page.js`, {
    platform: 'browser',
    target: 'es2022',
    external: [...notCarried.filter((peer) => peer !== 'onnxruntime-web'), ...NODE_MODULES],
  })
}

/** Bundles a contestant; one that does not build is replaced by its excuse, so that the others can still be measured. */
export async function bundleContestant(name, outfile, options) {
  try {
    await bundle(inProcess(name), outfile, options)
  } catch (error) {
    const { text, location } = error.errors?.[0] ?? { text: String(error) }
    const absent = `it does not build: ${text}${location ? ` (${location.file.replace(/^(\.\.\/)+/, '')})` : ''}`
    await bundle({ contents: `console.log(${JSON.stringify(`answer ${JSON.stringify({ absent })}`)})` }, outfile)
  }
}
