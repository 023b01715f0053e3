// Bundles the runner and the contestants with the packages' sources, then runs: node run.mjs [options]
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const BENCH = fileURLToPath(new URL('.', import.meta.url))
const CONTESTANTS = ['rungs', 'plainLoops', 'tfjs', 'jaxJs', 'onnx']

/** Ours are linked and bundled from their sources; the peers stay as they were installed. */
const { dependencies, devDependencies } = JSON.parse(readFileSync(`${BENCH}package.json`, 'utf8'))
const external = Object.entries({ ...dependencies, ...devDependencies })
  .filter(([, version]) => !version.startsWith('link:'))
  .map(([name]) => name)

const bundle = (entry, outfile) =>
  build({
    entryPoints: [`${BENCH}${entry}`],
    outfile: `${BENCH}dist/${outfile}`,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    conditions: ['@rungs/source'],
    external,
    sourcemap: true,
    logLevel: 'silent',
  })

rmSync(`${BENCH}dist`, { recursive: true, force: true })
mkdirSync(`${BENCH}dist/contestants`, { recursive: true })
await bundle('bench.ts', 'bench.js')
for (const name of CONTESTANTS) {
  try {
    await bundle(`contestants/${name}.ts`, `contestants/${name}.js`)
  } catch (error) {
    // The others can still be measured; the table says why this one is not.
    const { text, location } = error.errors?.[0] ?? { text: String(error) }
    const absent = `it does not build: ${text}${location ? ` (${location.file.replace(/^(\.\.\/)+/, '')})` : ''}`
    const answer = `answer ${JSON.stringify({ absent })}`
    writeFileSync(`${BENCH}dist/contestants/${name}.js`, `console.log(${JSON.stringify(answer)})\n`)
  }
}
process.setSourceMapsEnabled(true)
await import(pathToFileURL(`${BENCH}dist/bench.js`).href)
