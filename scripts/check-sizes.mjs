// Checks what each package weighs in a page, against scripts/sizes.json: node check-sizes.mjs [--update] [another.json]
// Minified and gzipped, in bytes: `own` is the package's own code, `all` includes the packages that it stands on.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { constants, gzipSync } from 'node:zlib'
import { build } from 'esbuild'

/**
 * `core`, where there is a budget for it: what a page loads of the built package for the import in CORE alone.
 * @typedef {{ own: number, all: number, core?: number }} Sizes
 * @typedef {{ name: string, entry: string }} Package
 */

const ROOT = resolve(fileURLToPath(import.meta.url), '../..')
const BUDGETS = process.argv.slice(2).find((word) => word.endsWith('.json')) ?? join(ROOT, 'scripts/sizes.json')
/** How much a package may grow past what it weighs when its budget is written. */
const ROOM = 1.15

/**
 * The least that somebody can import: what everything else in the package stands on.
 * @type {Record<string, string>}
 */
const CORE = { '@rungs/ndarray': 'array' }

/** @type {Package[]} */
const packages = readdirSync(join(ROOT, 'packages')).flatMap((folder) => {
  const file = join(ROOT, 'packages', folder, 'package.json')
  if (!existsSync(file)) return []
  const manifest = JSON.parse(readFileSync(file, 'utf8'))
  return manifest.private ? [] : [{ name: manifest.name, entry: join(ROOT, 'packages', folder, 'src/index.ts') }]
})

const alias = Object.fromEntries(packages.map(({ name, entry }) => [name, entry]))

/** @type {import('esbuild').BuildOptions} */
const common = {
  bundle: true,
  minify: true,
  write: false,
  format: 'esm',
  platform: 'neutral',
  target: 'es2022',
  logLevel: 'error',
}

/** @param {import('esbuild').BuildOptions} options */
async function output(options) {
  const { outputFiles } = await build({ ...common, ...options })
  return outputFiles?.[0]?.contents ?? new Uint8Array()
}

/** @param {Package} package_ @param {boolean} alone */
function bundle({ name, entry }, alone) {
  const below = Object.entries(alias).filter(([other]) => other !== name)
  const others = alone ? { external: below.map(([other]) => other) } : { alias: Object.fromEntries(below) }
  return output({ entryPoints: [entry], ...others })
}

/** What is left of one file, as the package is published, where a page imports its core. @param {Package} package_ */
async function bundleCore({ name, entry }) {
  const core = CORE[name]
  if (core === undefined) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'rungs-core-'))
  try {
    writeFileSync(join(folder, 'index.mjs'), await output({ entryPoints: [entry], minify: false }))
    const contents = `import { ${core} } from './index.mjs'\nglobalThis.kept = ${core}`
    return await output({ stdin: { contents, resolveDir: folder } })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** @param {Uint8Array} code */
const gzipped = (code) => gzipSync(code, { level: constants.Z_BEST_COMPRESSION }).length

/** @param {number} bytes */
const kB = (bytes) => (bytes / 1000).toFixed(1)

/** @type {Record<string, Sizes>} */
const budgets = existsSync(BUDGETS) ? JSON.parse(readFileSync(BUDGETS, 'utf8')) : {}
/** @type {Record<string, Sizes>} */
const sizes = {}
const rows = [['kB', 'minified', 'gzipped', 'budget', 'with what it stands on', 'budget', 'core', 'budget']]
for (const each of packages) {
  const [own, all, core] = await Promise.all([bundle(each, true), bundle(each, false), bundleCore(each)])
  const size = { own: gzipped(own), all: gzipped(all), ...(core && { core: gzipped(core) }) }
  sizes[each.name] = size
  const budget = budgets[each.name]
  rows.push([
    each.name,
    ...[own.length, size.own, budget?.own, size.all, budget?.all, size.core, budget?.core].map((n) =>
      n === undefined ? '–' : kB(n),
    ),
  ])
}

if (process.argv.includes('--update')) {
  /** @param {number} bytes */
  const withRoom = (bytes) => Math.ceil((bytes * ROOM) / 100) * 100
  const fresh = Object.entries(sizes).map(([name, { own, all, core }]) => [
    name,
    // A core's budget is a promise: it stays as it is.
    { own: withRoom(own), all: withRoom(all), ...(core && { core: budgets[name]?.core ?? withRoom(core) }) },
  ])
  writeFileSync(BUDGETS, `${JSON.stringify(Object.fromEntries(fresh), null, 2)}\n`)
}

const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? []
for (const row of rows) {
  console.log(row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  '))
}

const UPDATE = 'node scripts/check-sizes.mjs --update'
let problems = 0
/** @param {string} found @param {string} rule @param {string} fix */
function report(found, rule, fix) {
  problems++
  console.error(`\n${found}\n  rule: ${rule}\n  help: ${fix}`)
}

if (!process.argv.includes('--update')) {
  for (const [name, size] of Object.entries(sizes)) {
    const budget = budgets[name]
    if (budget === undefined) {
      report(`${name} has no budget`, 'every public package has one in scripts/sizes.json', UPDATE)
      continue
    }
    for (const [what, found, limit] of /** @type {const} */ ([
      ['its own code', size.own, budget.own],
      ['with what it stands on', size.all, budget.all],
      ['its core', size.core, budget.core],
    ])) {
      if (found === undefined || (limit !== undefined && found <= limit)) continue
      report(
        `${name} is too large: ${what}, minified and gzipped, ${kB(found)} kB`,
        limit === undefined
          ? 'it has no budget (scripts/sizes.json)'
          : `its budget is ${kB(limit)} kB (scripts/sizes.json)`,
        `look for what came in (esbuild --analyze); if the growth is worth it, ${UPDATE}, and say why in the commit`,
      )
    }
  }
  for (const name of Object.keys(budgets).filter((name) => !(name in sizes))) {
    report(`${name} has a budget and does not exist`, 'scripts/sizes.json names the public packages', UPDATE)
  }
}
console.log(`sizes: ${packages.length} packages, ${problems} problems`)
process.exitCode = problems > 0 ? 1 : 0
