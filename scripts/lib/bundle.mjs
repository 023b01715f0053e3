// Bundles TypeScript programs with the packages' sources, so that they start without a build.
import { readFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

/**
 * Our sources go into the bundle; what comes from outside is imported from where it is installed for its importer.
 * @type {import('esbuild').Plugin}
 */
const workspaceSources = {
  name: 'workspace-sources',
  setup({ onResolve, onLoad, resolve }) {
    onResolve({ filter: /^[^./]/ }, async ({ path, kind, importer, resolveDir, pluginData }) => {
      if (kind === 'entry-point' || pluginData === workspaceSources || /^(@rungs\/|rungs$)/.test(path)) return null
      const found = await resolve(path, { kind, importer, resolveDir, pluginData: workspaceSources })
      return found.external || found.errors.length > 0
        ? found
        : { path: pathToFileURL(found.path).href, external: true }
    })
    // Files beside a source, such as the golden numbers, are found from where the source is, not the bundle.
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8')
      return { contents: source.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)), loader: 'ts' }
    })
  },
}

/**
 * Writes a program to `outfile`, which finds packages from outside as modules do there. esbuild says what is wrong.
 * @param {Pick<import('esbuild').BuildOptions, 'entryPoints' | 'stdin'>} program
 * @param {string} outfile
 */
export async function bundle(program, outfile) {
  await build({
    ...program,
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    conditions: ['@rungs/source'],
    plugins: [workspaceSources],
    sourcemap: true,
    logLevel: 'warning',
  })
}
