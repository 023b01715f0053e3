// Bundles a TypeScript program with the packages' sources and runs it: node run-app.mjs src/main.ts [arguments]
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const [entry, ...rest] = process.argv.slice(2)
if (!entry) throw new TypeError('run-app.mjs: expected the path of a program, for example src/main.ts')

const outfile = resolve('dist/main.js')
await build({
  entryPoints: [entry],
  outfile,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  conditions: ['@rungs/source'],
  external: ['webgpu', '@sparticuz/chromium'],
  sourcemap: true,
  logLevel: 'warning',
})

process.setSourceMapsEnabled(true)
process.argv = [process.execPath, outfile, ...rest]
await import(pathToFileURL(outfile).href)
