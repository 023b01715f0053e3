import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import ts from 'typescript'
import { compilerOptions } from '../worker/typeChecker.ts'
import type { Importable } from './bundle.ts'
import { SITE } from './paths.ts'

/** A package of ours, by its sources. */
export interface Sources {
  readonly name: string
  /** The folder that has `src`. */
  readonly folder: string
}

/** What the type checker in the page reads, by path: TypeScript's libraries, the lessons' globals, the packages. */
export function collectDeclarations(
  packages: readonly Sources[],
  brought: readonly Importable[] = [],
): Record<string, string> {
  const files: Record<string, string> = { '/globals.d.ts': readFileSync(join(SITE, 'src/lessonGlobals.txt'), 'utf8') }
  for (const lib of compilerOptions.lib ?? []) addLibrary(lib, files)
  for (const { name, folder } of packages) {
    const root = `/node_modules/${name}`
    files[`${root}/package.json`] = JSON.stringify({ name, types: 'index.d.ts' })
    for (const file of sourcesIn(folder)) {
      files[`${root}/${file.replace(/\.ts$/, '.d.ts')}`] = declare(join(folder, 'src', file))
    }
  }
  for (const each of brought) addBrought(each, files)
  return files
}

const sourcesIn = (folder: string): string[] =>
  readdirSync(join(folder, 'src'), { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.startsWith('node/'),
  )

/** A lesson brings an app of ours, whose few sources are checked as they are, or what declares itself in one file. */
function addBrought({ name: specifier, from }: Importable, files: Record<string, string>): void {
  const [name = ''] = /^(?:@[^/]+\/)?[^/]+/.exec(specifier) ?? []
  const [folder, root] = [join(from, 'node_modules', name), `/node_modules/${name}`]
  const manifest = readFileSync(join(folder, 'package.json'), 'utf8')
  const { types } = JSON.parse(manifest) as { types?: string }
  if (types === undefined) {
    files[`${root}/package.json`] = manifest
    for (const file of sourcesIn(folder)) files[`${root}/src/${file}`] = readFileSync(join(folder, 'src', file), 'utf8')
  } else {
    files[`${root}/package.json`] = JSON.stringify({ name, types: 'index.d.ts' })
    files[`${root}/index.d.ts`] = readFileSync(join(folder, types), 'utf8')
  }
}

/** A library file and those it refers to. */
function addLibrary(name: string, files: Record<string, string>): void {
  if (files[`/${name}`] !== undefined) return
  const folder = dirname(createRequire(import.meta.url).resolve('typescript'))
  const text = readFileSync(join(folder, name), 'utf8')
  files[`/${name}`] = text.replace(/^\/\*![\s\S]*?\*\/\s*/, '')
  for (const [, other] of text.matchAll(/^\/\/\/ <reference lib="([^"]+)" \/>/gm))
    addLibrary(`lib.${other}.d.ts`, files)
}

/** One file's declarations, from that file alone: our sources annotate what they export. */
function declare(file: string): string {
  const { outputText, diagnostics = [] } = ts.transpileDeclaration(readFileSync(file, 'utf8'), {
    fileName: file,
    reportDiagnostics: true,
    compilerOptions: { isolatedDeclarations: true, allowImportingTsExtensions: true, target: ts.ScriptTarget.ES2022 },
  })
  const [first] = diagnostics
  if (first !== undefined) {
    throw new TypeError(`${file}: ${ts.flattenDiagnosticMessageText(first.messageText, '\n')}`)
  }
  // The checker resolves `./x.js` to `x.d.ts`, and refuses `./x.ts`.
  return outputText.replace(/((?:from|import\() ?['"]\.[^'"]*)\.ts(['"])/g, '$1.js$2')
}
