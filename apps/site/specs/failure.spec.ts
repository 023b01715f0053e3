import { describe, expect, test } from 'vitest'
import { CompileError } from '../src/compile.ts'
import { failureOf, lineIn } from '../src/worker/failure.ts'

describe('the line of an error', () => {
  test.each([
    ['V8', 'ShapeError: no\n    at check (https://host/assets/chunk-A.js:1:99)\n    at lesson.ts:12:5', 12],
    ['V8, in a function', 'Error: no\n    at f (lesson.ts:7:11)\n    at lesson.ts:20:1', 7],
    ['SpiderMonkey', 'check@https://host/assets/chunk-A.js:1:99\n@lesson.ts:12:5\n', 12],
    ['JavaScriptCore', 'check@https://host/assets/chunk-A.js:1:99\nmodule code@lesson.ts:12:5', 12],
    ['elsewhere', 'Error: no\n    at f (https://host/assets/lesson.js:1:2)', null],
    ['no stack', '', null],
  ])('%s', (_, stack, line) => expect(lineIn(stack)).toBe(line))

  test("the compiler's errors know theirs", () => {
    expect(failureOf(new CompileError('no', 3))).toEqual({ name: 'CompileError', message: 'no', line: 3 })
  })

  test('whatever else is thrown has none', () => {
    expect(failureOf('plain text')).toEqual({ name: 'Thrown', message: 'plain text', line: null })
  })
})
