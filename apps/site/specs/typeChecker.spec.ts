import { describe, expect, test } from 'vitest'
import { collectDeclarations } from '../src/build/declarations.ts'
import { homeCode } from '../src/build/pages/home.ts'
import { broughtBy, findLessonsOf, findPackages, sourcesOf } from '../src/build/site.ts'
import { createTypeChecker } from '../src/worker/typeChecker.ts'

const packages = findPackages()
const lessons = findLessonsOf(packages)
const declarations = collectDeclarations(sourcesOf(packages), broughtBy(lessons, packages))
const checker = createTypeChecker(new Map(Object.entries(declarations)))
const programs = [{ name: 'the front page', code: homeCode() }, ...lessons]

describe('the type checker of the page', () => {
  test.each(programs)('has nothing to say of the program of $name', ({ code }) => {
    expect(checker.check({ text: code })).toEqual([])
  })

  test('says where a mistake is, in words that name our types', () => {
    const text = "import { randn } from '@rungs/autograd'\nrandn('many')\n"
    const [problem] = checker.check({ text })
    expect(problem?.message).toMatch(/^Argument of type 'string' is not assignable to parameter of type/)
    expect(text.slice(problem?.from, problem?.to)).toBe("'many'")
  })

  test('gives syntax errors a place', () => {
    expect(checker.check({ text: 'const a = = 1' })[0]).toMatchObject({ from: 10, message: 'Expression expected.' })
  })

  test('knows the packages, and no other', () => {
    const [problem] = checker.check({ text: "import { a } from 'lodash'\na" })
    expect(problem?.message).toMatch(/^Cannot find module 'lodash/)
  })

  test('shows types with their documentation', () => {
    const text = "import { einsum } from '@rungs/einsum'\n"
    const hover = checker.hover({ text, at: text.indexOf('einsum') })
    expect(hover?.type).toContain('einsum')
    expect(hover?.documentation).not.toBe('')
    expect(checker.hover({ text: '  ', at: 0 })).toBeNull()
  })

  test('completes names', () => {
    const text = "import { randn } from '@rungs/ndarray'\nrandn([2]).resha"
    expect(checker.complete({ text, at: text.length }).map(({ label }) => label)).toContain('reshape')
  })

  test('an empty program is a program', () => expect(checker.check({ text: '' })).toEqual([]))
})
