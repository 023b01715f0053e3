import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { beforeAll, describe, expect, inject, test } from 'vitest'
import { run } from '../lib/run.ts'
import { installed } from '../lib/user.ts'

/** Runs `body` with two installed copies of a package as `one` and `two`; gives the error that it throws. */
async function errorOf(name: string, body: string): Promise<string> {
  const entries = await Promise.all(
    ['', '-again'].map(async (copy) => join(await installed(name, { copy }), 'node_modules', name, 'dist/index.js')),
  )
  const program = [
    ...entries.map((entry, i) => `import * as ${['one', 'two'][i]} from '${pathToFileURL(entry).href}'`),
    `try {\n${body}\nconsole.log('nothing was thrown')\n} catch (error) { console.log(error.name + ': ' + error.message) }`,
  ].join('\n')
  const file = join(inject('workFolder'), `copies-${name.replace(/\W/g, '-')}.mjs`)
  writeFileSync(file, program)
  const { status, stdout, stderr } = await run(process.execPath, [file], { cwd: inject('workFolder') })
  expect(stderr).toBe('')
  expect(status).toBe(0)
  return stdout.trim()
}

const NAMED = /another copy of @rungs\/ndarray/

describe('two copies of ndarray in one program', () => {
  beforeAll(async () => {
    await installed('@rungs/ndarray')
    await installed('@rungs/ndarray', { copy: '-again' })
  })

  test.each([
    ['adding', 'one.array([1, 2]).add(two.array([3, 4]))'],
    ['adding, the other way round', 'two.array([1, 2]).add(one.array([3, 4]))'],
    ['adding in place', 'one.array([1, 2]).add_(two.array([3, 4]))'],
    ['a function', 'one.add(two.array([1, 2]), 1)'],
    ['a matrix product', 'one.array([[1]]).mm(two.array([[2]]))'],
    ['joining', 'one.cat([one.array([1]), two.array([2])])'],
    ['indexing by', 'one.array([1, 2]).at(two.array([0], { dtype: "int32" }))'],
    ['assigning', 'one.array([1, 2]).set([0], two.array([5]).at(0))'],
    ['gathering', 'one.gather(one.array([1, 2]), 0, two.array([0], { dtype: "int32" }))'],
    ['wrapping', 'one.array(two.array([1, 2]))'],
  ])('are named when %s mixes them', async (_, body) => {
    expect(await errorOf('@rungs/ndarray', body)).toMatch(NAMED)
  })

  test('are named when they share a device, or compute the right numbers on it', async () => {
    // Different formulas, made one after the other, as the first of each copy.
    const body = [
      'const formula = (nd, ...ops) => nd.program(ops.reduce((x, op) => nd.expr.unary(op, x), nd.expr.input(0)))',
      "const call = (nd, ...ops) => nd.elementwise('f', formula(nd, ...ops), [nd.array([1], { device: two.cpu })]).item()",
      "const values = [await call(one, 'sqrt', 'neg', 'exp'), await call(two, 'floor', 'abs', 'tanh')]",
      'if (Math.abs(values[0] - Math.exp(-1)) + Math.abs(values[1] - Math.tanh(1)) > 1e-5) throw new Error("wrong: " + values)',
    ].join('\n')
    expect(await errorOf('@rungs/ndarray', body)).toMatch(/another copy of @rungs\/ndarray|^nothing was thrown$/)
  })
})

test('two copies of autograd are named too', async () => {
  const body = 'one.tensor([1, 2]).add(two.tensor([3, 4]))'
  expect(await errorOf('@rungs/autograd', body)).toMatch(/another copy of @rungs\/(ndarray|autograd)/)
})
