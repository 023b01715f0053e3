import { describe, expect, test } from 'vitest'
import { CompileError, compile } from '../src/compile.ts'

const urls = { '@rungs/ndarray': 'https://host/nd.js', '@rungs/lesson': 'https://host/lesson.js' }

async function errorOf(source: string): Promise<CompileError> {
  const error = await compile(source, urls).catch((error: unknown) => error)
  if (error instanceof CompileError) return error
  throw new TypeError(`expected a CompileError, got ${String(error)}`)
}

describe('compiling a lesson', () => {
  test.each([
    ["import { randn } from '@rungs/ndarray'\nrandn()", 'import { randn } from "URL"\nrandn()'],
    ["import * as nd from '@rungs/ndarray'\nnd", 'import * as nd from "URL"\nnd'],
    ["import '@rungs/ndarray'", 'import "URL"'],
    ["export { randn } from '@rungs/ndarray'", 'export { randn } from "URL"'],
    ["await import('@rungs/ndarray')", 'await import("URL")'],
  ])('names packages by their URLs: %s', async (source, expected) => {
    const compiled = await compile(source, urls)
    expect(compiled.replaceAll("'", '"')).toContain(expected.replace('URL', urls['@rungs/ndarray']))
  })

  test('removes types and leaves every line where it was', async () => {
    const source = "import type { NDArray } from '@rungs/ndarray'\nconst f = (x: NDArray): number =>\n  x.size!\nf"
    const compiled = await compile(source, urls)
    expect(compiled.split('\n').slice(0, 4)).toEqual(['', 'const f = (x) =>', '  x.size', 'f'])
    expect(compiled).toMatch(/\n\/\/# sourceURL=lesson\.ts\n$/)
  })

  test('leaves specifiers in strings and comments alone', async () => {
    const source = "// import '@rungs/other'\nconst text = \"from '@rungs/other'\"\n"
    expect(await compile(source, urls)).toContain(source)
  })

  test('says which packages there are, and the line that asks for another', async () => {
    const error = await errorOf("const a = 1\nconst b = 2\nimport { x } from 'lodash'\nx")
    expect(error.message).toBe("there is no 'lodash' here; a lesson can import @rungs/lesson, @rungs/ndarray")
    expect(error.line).toBe(3)
  })

  test('gives the line of what is no TypeScript', async () => {
    expect((await errorOf('const a = 1\nconst b = = 2\n')).line).toBe(2)
  })
})
