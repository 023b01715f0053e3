// Builds every public package: dist/index.js with a source map by esbuild, dist/*.d.ts by tsc; and the one file of all of
// them for <script type="module">, packages/rungs/dist/rungs.min.js.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const ROOT = resolve(fileURLToPath(import.meta.url), '../..')

/** @param {string} folder */
const manifestOf = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))

const folders = readdirSync(join(ROOT, 'packages'))
  .map((name) => join(ROOT, 'packages', name))
  .filter((folder) => !manifestOf(folder).private)

for (const folder of folders) rmSync(join(folder, 'dist'), { recursive: true, force: true })

const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
execFileSync(process.execPath, [tsc, '-b', ...folders], { stdio: 'inherit' })

/** @type {import('esbuild').BuildOptions} */
const common = {
  bundle: true,
  format: 'esm',
  platform: 'neutral',
  target: 'es2022',
  sourcemap: true,
  logLevel: 'warning',
}

/** @param {string} name @param {string} file */
const report = (name, file) =>
  console.log(`${name.padEnd(24)}${(statSync(file).size / 1024).toFixed(1).padStart(8)} kB`)

for (const folder of folders) {
  const outfile = join(folder, 'dist/index.js')
  await build({ ...common, entryPoints: [join(folder, 'src/index.ts')], outfile, packages: 'external' })
  report(manifestOf(folder).name, outfile)
}

const all = join(ROOT, 'packages/rungs')
const { name, version, license } = manifestOf(all)
const outfile = join(all, 'dist/rungs.min.js')
await build({
  ...common,
  entryPoints: [join(all, 'dist/index.js')],
  outfile,
  minify: true,
  banner: { js: `/*! ${name} ${version} | ${license} */` },
})
report('rungs.min.js', outfile)
