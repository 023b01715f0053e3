import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import * as esbuild from 'esbuild'
import * as vite from 'vite'
import webpack from 'webpack'

/** Makes a page of `main.ts` in a user's folder, for browsers; gives the folder to serve. */
export type Bundler = (folder: string) => Promise<string>

const page = (script: string): string =>
  `<!doctype html>\n<meta charset="utf-8">\n<title>example</title>\n<script type="module" src="${script}"></script>\n`

async function withVite(folder: string): Promise<string> {
  writeFileSync(join(folder, 'index.html'), page('/main.ts'))
  const outDir = join(folder, 'out-vite')
  await vite.build({ root: folder, configFile: false, logLevel: 'error', build: { outDir } })
  return outDir
}

async function withEsbuild(folder: string): Promise<string> {
  const outdir = join(folder, 'out-esbuild')
  await esbuild.build({
    entryPoints: [join(folder, 'main.ts')],
    outdir,
    bundle: true,
    format: 'esm',
    minify: true,
    logLevel: 'silent',
  })
  writeFileSync(join(outdir, 'index.html'), page('./main.js'))
  return outdir
}

/** webpack reads no TypeScript by itself: it gets what Node gets. */
async function withWebpack(folder: string): Promise<string> {
  const path = join(folder, 'out-webpack')
  const compiler = webpack({
    mode: 'production',
    context: folder,
    entry: './main.js',
    output: { path, filename: 'main.js' },
    performance: { hints: false },
  })
  if (compiler === null) throw new Error('webpack made no compiler')
  const stats = await promisify(compiler.run.bind(compiler))()
  await promisify(compiler.close.bind(compiler))()
  if (stats === undefined || stats.hasErrors() || stats.hasWarnings()) {
    throw new Error(stats?.toString({ all: false, errors: true, warnings: true }) ?? 'webpack gave no statistics')
  }
  writeFileSync(join(path, 'index.html'), page('./main.js'))
  return path
}

export const bundlers = { Vite: withVite, webpack: withWebpack, esbuild: withEsbuild } satisfies Record<string, Bundler>
