import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'

type Budgets = Record<string, { own: number; all: number }>

const script = resolve(import.meta.dirname, '../check-sizes.mjs')
const budgets = (): Budgets => JSON.parse(readFileSync(resolve(script, '../sizes.json'), 'utf8'))
const folder = mkdtempSync(join(tmpdir(), 'rungs-sizes-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Runs the script with other budgets. */
function checkSizes(changed: Budgets, ...options: string[]): { passes: boolean; output: string; file: string } {
  const file = join(folder, 'budgets.json')
  writeFileSync(file, JSON.stringify(changed))
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, file, ...options], { encoding: 'utf8' })
  return { passes: status === 0, output: stdout + stderr, file }
}

describe('the size check', () => {
  test('names the package, its size, its budget and what to do', () => {
    const { passes, output } = checkSizes({ ...budgets(), '@rungs/nn': { own: 1000, all: 1e6 } })
    expect(output).toMatch(/@rungs\/nn is too large: its own code, minified and gzipped, \d+\.\d kB/)
    expect(output).toContain('its budget is 1.0 kB')
    expect(output).toMatch(/help: .*--update/)
    expect(passes).toBe(false)
  })

  test('counts what a package stands on', () => {
    const { passes, output } = checkSizes({ ...budgets(), '@rungs/nn': { own: 1e6, all: 1000 } })
    expect(output).toContain('@rungs/nn is too large: with what it stands on')
    expect(passes).toBe(false)
  })

  test('refuses a package without a budget, and a budget without a package', () => {
    const { '@rungs/optim': optim, ...others } = budgets()
    const { passes, output } = checkSizes({ ...others, '@rungs/gone': optim ?? { own: 1, all: 1 } })
    expect(output).toContain('@rungs/optim has no budget')
    expect(output).toContain('@rungs/gone has a budget and does not exist')
    expect(passes).toBe(false)
  })

  test('--update writes budgets that pass', () => {
    const { file } = checkSizes({}, '--update')
    const { passes, output } = checkSizes(JSON.parse(readFileSync(file, 'utf8')))
    expect(output).toContain('0 problems')
    expect(passes).toBe(true)
  }, 60_000)
})
