import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build, type Metafile, type Plugin } from 'esbuild'
import { packageFile } from '../packages.ts'
import { ASSETS, DIST, SITE } from './paths.ts'

/** A package that lessons may import, and a folder from which it is found. */
export interface Importable {
  readonly name: string
  readonly from: string
}

/**
 * Programs, packages and styles, in one build that splits what they share, so that every package exists once: arrays made
 * by a lesson are arrays to the kit.
 * @returns what went in.
 */
export async function bundleAssets(importable: readonly Importable[]): Promise<Metafile> {
  const source = (file: string): string => join(SITE, 'src', file)
  const { metafile } = await build({
    entryPoints: [
      { in: source('page/site.ts'), out: 'site' },
      { in: source('page/lesson.ts'), out: 'lesson' },
      { in: source('worker/run.ts'), out: 'run' },
      { in: source('worker/types.ts'), out: 'types' },
      { in: source('page/earlyTheme.ts'), out: 'theme' },
      { in: source('style/site.css'), out: 'site' },
      { in: source('style/math.css'), out: 'math' },
      ...importable.map(({ name }) => ({ in: `${PACKAGE}${name}`, out: packageFile(name).replace(/\.js$/, '') })),
    ],
    outdir: join(DIST, ASSETS),
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    conditions: ['@rungs/source'],
    loader: { '.woff2': 'file', '.woff': 'empty', '.ttf': 'empty' },
    chunkNames: '[name]-[hash]',
    assetNames: '[name]-[hash]',
    plugins: [packages(importable), onlyWoff2, nodeFree],
    metafile: true,
    logLevel: 'warning',
  })
  await build({
    entryPoints: [{ in: source('serviceWorker.ts'), out: 'isolate' }],
    outdir: DIST,
    bundle: true,
    minify: true,
    target: 'es2022',
    logLevel: 'warning',
  })
  return metafile
}

const PACKAGE = 'package:'

/** Each package as an entry of its own, found where the lesson that imports it would find it. */
const packages = (importable: readonly Importable[]): Plugin => ({
  name: 'packages',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^package:/ }, ({ path }) => {
      const name = path.slice(PACKAGE.length)
      const resolveDir = importable.find((each) => each.name === name)?.from ?? SITE
      return resolve(name, { resolveDir, kind: 'import-statement' })
    })
  },
})

/** KaTeX offers its fonts in three formats; every browser that runs the lessons reads the first. */
const onlyWoff2: Plugin = {
  name: 'only-woff2',
  setup({ onLoad }) {
    onLoad({ filter: /katex\.css$/ }, async ({ path }) => {
      const css = await readFile(path, 'utf8')
      return { contents: css.replace(/,url\([^)]*\) format\("(?:woff|truetype)"\)/g, ''), loader: 'css' }
    })
  },
}

/** TypeScript asks for Node's modules where there are some. */
const nodeFree: Plugin = {
  name: 'node-free',
  setup({ onResolve, onLoad }) {
    onResolve(
      { filter: /^(?:node:)?(?:fs|path|os|url|module|inspector|perf_hooks|crypto|util|source-map-support)$/ },
      () => ({
        path: 'nothing',
        namespace: 'nothing',
      }),
    )
    onLoad({ filter: /.*/, namespace: 'nothing' }, () => ({ contents: 'module.exports = {}' }))
  },
}
