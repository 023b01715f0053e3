// Bundles a TypeScript program with the packages' sources and runs it: node run-app.mjs src/main.ts [arguments]
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const [entry, ...rest] = process.argv.slice(2)
if (!entry) throw new TypeError('run-app.mjs: expected the path of a program, for example src/main.ts')

/**
 * Our sources go into the bundle; what comes from outside stays where it is installed.
 * @type {import('esbuild').Plugin}
 */
const workspaceSources = {
  name: 'workspace-sources',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
      kind === 'entry-point' || /^(@rungs\/|rungs$)/.test(path) ? null : { path, external: true },
    )
    // Files beside a source, such as the golden numbers, are found from where the source is, not the bundle.
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8')
      return { contents: source.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)), loader: 'ts' }
    })
  },
}

const outfile = resolve('dist/main.js')
await build({
  entryPoints: [entry],
  outfile,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  conditions: ['@rungs/source'],
  plugins: [workspaceSources],
  sourcemap: true,
  logLevel: 'warning',
}).catch(() => process.exit(1)) // esbuild has said what is wrong

process.setSourceMapsEnabled(true)
process.argv = [process.execPath, outfile, ...rest]
await import(pathToFileURL(outfile).href)
