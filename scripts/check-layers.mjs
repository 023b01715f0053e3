// Checks the ladder: every package stands on exactly the layer below it, and imports nothing else; every lesson on one layer.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findLessons } from './lib/lessons.mjs'

/**
 * Runtime dependencies of every public package.
 * @type {Record<string, string[]>}
 */
const LADDER = {
  '@rungs/ndarray': [],
  '@rungs/kernels-wasm': ['@rungs/ndarray'],
  '@rungs/kernels-webgpu': ['@rungs/ndarray'],
  '@rungs/autograd': ['@rungs/ndarray'],
  '@rungs/einsum': ['@rungs/ndarray'],
  '@rungs/nn': ['@rungs/autograd'],
  '@rungs/optim': ['@rungs/autograd'],
}
LADDER.rungs = Object.keys(LADDER)

/**
 * Packages from outside that a package may look for and must do without.
 * @type {Record<string, string[]>}
 */
const OPTIONAL_PEERS = { '@rungs/kernels-webgpu': ['webgpu'] }

const ROOT = resolve(fileURLToPath(import.meta.url), '../..')

/**
 * @typedef {{
 *   name: string, private?: boolean, sideEffects?: unknown, exports?: Record<string, unknown>,
 *   dependencies?: Record<string, string>, devDependencies?: Record<string, string>,
 *   peerDependencies?: Record<string, string>, optionalDependencies?: Record<string, string>,
 *   peerDependenciesMeta?: Record<string, { optional?: boolean }>,
 * }} Manifest
 * @typedef {{ file: string, found: string, rule: string, fix: string }} Problem
 */

/** @type {Problem[]} */
const problems = []

/** @param {string} file @param {string} found @param {string} rule @param {string} fix */
function report(file, found, rule, fix) {
  problems.push({ file: relative(ROOT, file), found, rule, fix })
}

/** @param {string[]} names */
const list = (names) => (names.length ? names.toSorted().join(', ') : 'nothing')

/** @param {Record<string, unknown> | undefined} record */
const names = (record) => Object.keys(record ?? {})

/** @param {string} name */
const isOurs = (name) => name === 'rungs' || name.startsWith('@rungs/')

/** @param {string} file @param {Manifest} manifest @param {string[]} below */
function checkManifest(file, manifest, below) {
  const { name } = manifest
  if (list(names(manifest.dependencies)) !== list(below)) {
    report(
      file,
      `dependencies: ${list(names(manifest.dependencies))}`,
      `${name} depends on exactly the layer below it: ${list(below)}`,
      'use what the layer below re-exports, or move the code to the layer that owns it',
    )
  }
  for (const dependency of names(manifest.optionalDependencies)) {
    report(file, `optionalDependencies: ${dependency}`, 'nothing from outside the ladder is installed', 'remove it')
  }
  for (const peer of names(manifest.peerDependencies)) {
    const allowed = OPTIONAL_PEERS[name]?.includes(peer) && manifest.peerDependenciesMeta?.[peer]?.optional
    if (!allowed) {
      report(
        file,
        `peerDependencies: ${peer}`,
        `optional peers of ${name}: ${list(OPTIONAL_PEERS[name] ?? [])}`,
        'take the value as an argument instead',
      )
    }
  }
  for (const dependency of names(manifest.devDependencies)) {
    if (!isOurs(dependency) || dependency === '@rungs/testing') continue
    report(
      file,
      `devDependencies: ${dependency}`,
      'tests see their own package, what it depends on, and @rungs/testing',
      'move a test that needs two layers to packages/rungs/test',
    )
  }
  if (list(names(manifest.exports)) !== '.') {
    report(file, `exports: ${list(names(manifest.exports))}`, 'exports has only "."', 're-export from src/index.ts')
  }
  if (manifest.sideEffects !== false) {
    report(file, 'sideEffects is not false', 'importing a package does nothing', 'set "sideEffects": false')
  }
}

/** @param {string} file @param {string} specifier @param {string} folder @param {Manifest} manifest */
function checkImport(file, specifier, folder, manifest) {
  /** @param {string} rule @param {string} fix */
  const refuse = (rule, fix) => report(file, `import '${specifier}'`, rule, fix)
  if (specifier.startsWith('.')) {
    const inside = resolve(file, '..', specifier).startsWith(join(folder, 'src') + sep)
    if (!inside) refuse('relative imports stay inside the package', 'import the other package by its name')
    return
  }
  const target = specifier.match(/^(@[^/]+\/)?[^/]+/)?.[0] ?? specifier
  const allowed = [...(LADDER[manifest.name] ?? []), ...(OPTIONAL_PEERS[manifest.name] ?? [])]
  if (specifier.startsWith('node:')) {
    refuse('packages run in browsers too', "ask for it at run time: globalThis.process?.getBuiltinModule?.('node:…')")
  } else if (isOurs(target) && specifier !== target) {
    refuse('a package is imported by its name alone', `import from '${target}', and re-export there what is missing`)
  } else if (target === manifest.name) {
    refuse('a package does not import itself by name', 'use a relative import')
  } else if (!allowed.includes(target)) {
    refuse(
      `${manifest.name} imports ${allowed.length ? `only ${list(allowed)}` : 'no other package'}`,
      isOurs(target)
        ? 'use what the layer below re-exports, or move the code to the layer that owns it'
        : 'the ladder has no dependencies: write what is needed, or take it as an argument',
    )
  }
}

const COMMENT_OR_STRING = /\/\*[\s\S]*?\*\/|\/\/.*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g
const IMPORT =
  /(?:^|[;\n])\s*(?:import|export)\b[^;'"`()]*?\bfrom\s*['"]([^'"]+)['"]|\bimport\s*\(?\s*['"`]([^'"`]+)['"`]/g

/**
 * The module names in `import`, `export … from`, `import()` and `import('…').Type`; comments do not count.
 * @param {string} source
 */
function importsOf(source) {
  const code = source.replace(COMMENT_OR_STRING, (text) => (text.startsWith('/') ? ' ' : text))
  return Array.from(code.matchAll(IMPORT), (match) => match[1] ?? match[2] ?? '')
}

/** @param {string} folder @returns {string[]} */
function sourcesIn(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.[cm]?[jt]sx?$/.test(name))
    .map((name) => join(folder, name))
}

/** A layer and all that it stands on. @param {string} name @returns {string[]} */
const withBelow = (name) => [name, ...(LADDER[name] ?? []).flatMap(withBelow)]

/** What lessons and the apps beside them may use besides the layer they teach. */
const KIT = '@rungs/lesson'
const BESIDES = [KIT, '@rungs/learning']

/** A lesson runs in Node and in pages alike: it imports what it declares, one layer and what that stands on. @param {string} folder */
function checkLesson(folder) {
  const file = join(folder, 'package.json')
  const manifest = /** @type {Manifest} */ (JSON.parse(readFileSync(file, 'utf8')))
  const declared = names(manifest.dependencies)
  const layers = declared.filter((name) => isOurs(name) && !BESIDES.includes(name))
  const taught = layers.find((layer) => layers.every((other) => withBelow(layer).includes(other)))
  if (taught === undefined || !declared.includes(KIT)) {
    report(file, `dependencies: ${list(declared)}`, `a lesson teaches one layer, with ${KIT}`, 'part it in two')
  }
  if (taught === 'rungs' && layers.length > 1) {
    report(file, `dependencies: ${list(layers)}`, 'rungs re-exports every layer', 'import from rungs alone')
  }
  const lesson = join(folder, 'lesson.ts')
  for (const specifier of importsOf(readFileSync(lesson, 'utf8'))) {
    if (declared.some((name) => specifier === name || specifier.startsWith(`${name}/`))) continue
    report(
      lesson,
      `import '${specifier}'`,
      `a lesson imports what its package.json names: ${list(declared)}`,
      'remove it',
    )
  }
}

let packages = 0
let files = 0
for (const entry of readdirSync(join(ROOT, 'packages'))) {
  const folder = join(ROOT, 'packages', entry)
  const file = join(folder, 'package.json')
  if (!existsSync(file)) continue
  packages++
  const manifest = /** @type {Manifest} */ (JSON.parse(readFileSync(file, 'utf8')))
  if (manifest.private) {
    const own = names({ ...manifest.dependencies, ...manifest.devDependencies, ...manifest.peerDependencies })
    for (const dependency of own.filter(isOurs)) {
      report(file, dependency, `${manifest.name} stands outside the ladder`, 'take modules and devices as arguments')
    }
    continue
  }
  const below = LADDER[manifest.name]
  if (!below) {
    report(file, manifest.name, 'every public package has a place in the ladder', 'add it to scripts/check-layers.mjs')
    continue
  }
  checkManifest(file, manifest, below)
  for (const source of sourcesIn(join(folder, 'src'))) {
    files++
    for (const specifier of importsOf(readFileSync(source, 'utf8'))) checkImport(source, specifier, folder, manifest)
  }
}

const lessons = findLessons()
for (const { folder } of lessons) checkLesson(folder)

for (const { file, found, rule, fix } of problems)
  console.error(`${file}\n  ${found}\n  rule: ${rule}\n  help: ${fix}\n`)
console.log(`layers: ${files} files in ${packages} packages, ${lessons.length} lessons, ${problems.length} problems`)
process.exitCode = problems.length ? 1 : 0
