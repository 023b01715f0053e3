// Builds every public package: dist/index.js with a source map by esbuild, dist/*.d.ts by tsc.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const ROOT = resolve(fileURLToPath(import.meta.url), '../..')

const folders = readdirSync(join(ROOT, 'packages'))
  .map((name) => join(ROOT, 'packages', name))
  .filter((folder) => !JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).private)

for (const folder of folders) rmSync(join(folder, 'dist'), { recursive: true, force: true })

const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
execFileSync(process.execPath, [tsc, '-b', ...folders], { stdio: 'inherit' })

for (const folder of folders) {
  const outfile = join(folder, 'dist/index.js')
  await build({
    entryPoints: [join(folder, 'src/index.ts')],
    outfile,
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    sourcemap: true,
    logLevel: 'warning',
  })
  const { name } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  console.log(`${name.padEnd(24)}${(statSync(outfile).size / 1024).toFixed(1).padStart(8)} kB`)
}
