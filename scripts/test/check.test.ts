import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const copy = mkdtempSync(join(tmpdir(), 'rungs-check-'))
const skipped = /[\\/](node_modules|dist|test|\.turbo|\.cache)$/

for (const name of [
  'package.json',
  'pnpm-workspace.yaml',
  'pnpm-lock.yaml',
  'turbo.json',
  'packages',
  'apps',
  'scripts',
]) {
  cpSync(join(root, name), join(copy, name), { recursive: true, filter: (path) => !skipped.test(path) })
}
symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
afterAll(() => rmSync(copy, { recursive: true, force: true }))

/** Runs the repository's own `check` script in the copy. */
function check(): { passes: boolean; output: string } {
  const command = JSON.parse(readFileSync(join(copy, 'package.json'), 'utf8')).scripts.check
  const PATH = [join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter)
  const env = { ...process.env, PATH, TURBO_TELEMETRY_DISABLED: '1' }
  const { status, stdout, stderr } = spawnSync(command, { cwd: copy, shell: true, encoding: 'utf8', env })
  return { passes: status === 0, output: stdout + stderr }
}

/** Runs `check` with one file of the copy changed, and puts the file back. */
function checkWith(path: string, change: (text: string) => string): { passes: boolean; output: string } {
  const file = join(copy, path)
  const before = readFileSync(file, 'utf8')
  writeFileSync(file, change(before))
  try {
    return check()
  } finally {
    writeFileSync(file, before)
  }
}

const imports = (specifier: string) => (text: string) => `import * as broken from '${specifier}'\nvoid broken\n${text}`

describe('pnpm check', () => {
  test('passes on the repository as it is', () => {
    const { passes, output } = check()
    expect(output).toMatch(/layers: .* 0 problems/)
    expect(passes).toBe(true)
  })

  test.each([
    ['a layer skipped', 'nn', '@rungs/ndarray', '@rungs/nn imports only @rungs/autograd'],
    ['a layer above', 'ndarray', '@rungs/autograd', '@rungs/ndarray imports no other package'],
    ['a sibling', 'nn', '@rungs/optim', '@rungs/nn imports only @rungs/autograd'],
    ['a deep import', 'nn', '@rungs/autograd/src/tensor.ts', 'a package is imported by its name alone'],
    ['a package from outside', 'optim', 'lodash', '@rungs/optim imports only @rungs/autograd'],
    ['a relative path into another package', 'nn', '../../autograd/src/index.ts', 'stay inside the package'],
    ['a Node module', 'ndarray', 'node:fs', 'packages run in browsers too'],
  ])('refuses an import of %s', (_, folder, specifier, rule) => {
    const { passes, output } = checkWith(`packages/${folder}/src/index.ts`, imports(specifier))
    expect(output).toContain(`packages/${folder}/src/index.ts`)
    expect(output).toContain(`import '${specifier}'`)
    expect(output).toContain(rule)
    expect(passes).toBe(false)
  })

  test('sees type imports, re-exports and import() and skips comments', () => {
    const text = [
      "import type { A } from '@rungs/one'",
      "export {\n  B,\n} from '@rungs/two'",
      "type C = import('@rungs/three').C",
      "// import { d } from '@rungs/four'",
      "/**\n import { e } from '@rungs/five'\n */",
    ].join('\n')
    const { output } = checkWith('packages/nn/src/index.ts', () => text)
    expect(output.match(/@rungs\/(one|two|three|four|five)(?=')/g)).toEqual([
      '@rungs/one',
      '@rungs/two',
      '@rungs/three',
    ])
  })

  test('refuses a dependency on another layer in package.json', () => {
    const change = (text: string) => text.replace('"@rungs/autograd": "workspace:*"', '"@rungs/ndarray": "workspace:*"')
    const { passes, output } = checkWith('packages/nn/package.json', change)
    expect(output).toContain('@rungs/nn depends on exactly the layer below it: @rungs/autograd')
    expect(passes).toBe(false)
  })

  test('refuses a second entry in exports', () => {
    const change = (text: string) => text.replace('"exports": {', '"exports": { "./layers": "./src/layers.ts",')
    const { passes, output } = checkWith('packages/nn/package.json', change)
    expect(output).toContain('exports has only "."')
    expect(passes).toBe(false)
  })

  test('refuses a lesson on two layers', () => {
    const change = (text: string) =>
      text.replace('"dependencies": {', '"dependencies": {\n    "@rungs/nn": "workspace:*",')
    const { passes, output } = checkWith('apps/07-einsum/package.json', change)
    expect(output).toContain('a lesson teaches one layer, with @rungs/lesson')
    expect(passes).toBe(false)
  })

  test.each(['node:fs', '@rungs/nn', '../kit/src/index.ts'])('refuses a lesson that imports %s', (specifier) => {
    const { passes, output } = checkWith('apps/07-einsum/lesson.ts', imports(specifier))
    expect(output).toContain(`import '${specifier}'`)
    expect(output).toContain(
      'a lesson imports what its package.json names: @rungs/einsum, @rungs/lesson, @rungs/ndarray',
    )
    expect(passes).toBe(false)
  })
})
