import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { deviceNames } from '../../apps/kit/src/host.ts'
import { DEVICES, parseRequest } from '../lib/lessonArguments.mjs'
import { findLessons } from '../lib/lessons.mjs'

const lessons = findLessons()
const read = (folder: string, file: string): string => readFileSync(join(folder, file), 'utf8')

describe.each(lessons)('$name', ({ name, number, folder, question }) => {
  const lesson = read(folder, 'lesson.ts')

  it('is at most 150 lines, and says in the first which lesson it is', () => {
    expect(lesson.trimEnd().split('\n').length).toBeLessThanOrEqual(150)
    expect(lesson).toMatch(new RegExp(`^// Lesson ${number}\\. .*\\?\n`))
  })

  it('begins its README with the question it answers', () => {
    expect(read(folder, 'README.md').startsWith(`# ${question}\n\n`)).toBe(true)
    expect(question).toMatch(/\?$/)
    // Beside its name in the list of `pnpm lesson`.
    expect(question.length).toBeLessThanOrEqual(60)
  })

  it('says what to change, and exports what its test checks', () => {
    expect(lesson).toMatch(/\/\/ Try: /)
    expect(lesson).toMatch(/^export /m)
    expect(read(folder, 'test/lesson.test.ts')).toContain('record(')
  })

  it('is a private package of its name', () => {
    expect(JSON.parse(read(folder, 'package.json'))).toMatchObject({ name: `@rungs/lesson-${name}`, private: true })
  })
})

it('are numbered from 1, each number once', () => {
  const numbers = lessons.map(({ number }) => number)
  expect(new Set(numbers).size).toBe(numbers.length)
  expect(Math.min(...numbers)).toBe(1)
})

describe('pnpm lesson', () => {
  const [first, second] = lessons

  it.each([[['1']], [['01']], [[first!.name]], [[first!.name.slice(3)]]])(
    '%j runs the first, on cpu with seed 0',
    (args) => {
      expect(parseRequest(args, lessons)).toEqual({
        kind: 'run',
        lessons: [first],
        options: { device: 'cpu', seed: 0 },
      })
    },
  )

  it('takes a device and a seed, in any order', () => {
    expect(parseRequest(['--seed', '7', '2', '--device=webgpu'], lessons)).toEqual({
      kind: 'run',
      lessons: [second],
      options: { device: 'webgpu', seed: 7 },
    })
  })

  it('runs all of them', () => {
    expect(parseRequest(['all'], lessons)).toMatchObject({ kind: 'run', lessons })
  })

  it.each([
    [['99'], "there is no lesson '99'; without a name, pnpm lesson says which there are"],
    [['1', '2'], "one lesson at a time, or all of them with 'all'; got 1 2"],
    [['1', '--device', 'tpu'], "there is no device 'tpu'; there are cpu, wasm, webgpu"],
    [['1', '--seed', 'x'], "a seed is a whole number from 0 to 4294967295, got 'x'"],
    [['1', '--seed=-1'], "a seed is a whole number from 0 to 4294967295, got '-1'"],
    [['1', '--seed', '4294967296'], "a seed is a whole number from 0 to 4294967295, got '4294967296'"],
    [['--sed', '1'], "Unknown option '--sed'"],
  ])('refuses %j', (args, why) => {
    const request = parseRequest(args, lessons)
    expect(request.kind).toBe('refuse')
    expect('why' in request && request.why).toContain(why)
  })

  const run = (...args: string[]) =>
    spawnSync(process.execPath, [resolve(import.meta.dirname, '../lesson.mjs'), ...args], { encoding: 'utf8' })

  it('without a lesson lists them all, each with its question', () => {
    const { stdout, status } = run()
    for (const { number, question } of lessons)
      expect(stdout).toMatch(new RegExp(`^ *${number} .*${question.slice(0, 20)}`, 'm'))
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([])
    expect(status).toBe(0)
  })

  it('fails with the reason, and says how it is used', () => {
    const { stderr, status } = run('7', '--device', 'abacus')
    expect(stderr).toBe("pnpm lesson: there is no device 'abacus'; there are cpu, wasm, webgpu\n")
    expect(status).toBe(1)
    expect(run('--help').stdout).toContain('--device cpu|wasm|webgpu')
  })

  it('knows the devices of the kit', () => {
    expect(DEVICES).toEqual(deviceNames)
  })

  it('runs one in a pipe: plain lines of at most eighty columns', () => {
    const { stdout, stderr, status } = run('7', '--device', 'wasm')
    expect(stderr).toBe('')
    expect(status).toBe(0)
    expect(stdout).toContain("array([ 18., 124.], device='wasm')")
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([])
    expect([...stdout].filter((character) => character < ' ' && character !== '\n')).toEqual([])
  })
})
