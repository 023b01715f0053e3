import type { CompileError } from '../compile.ts'
import type { Failure } from '../protocol.ts'
import { SOURCE_NAME } from '../sourceName.ts'

/** What to tell the reader about whatever was thrown. */
export function failureOf(thrown: unknown): Failure {
  if (!(thrown instanceof Error)) return { name: 'Thrown', message: String(thrown), line: null }
  const { name, message, stack = '' } = thrown
  return { name, message, line: isCompileError(thrown) ? thrown.line : lineIn(stack) }
}

/** By its name: its class would bring the compiler along. */
const isCompileError = (error: Error): error is CompileError => error.name === 'CompileError'

/** The innermost line of the lesson in a stack: engines differ in all but `name:line:column`. */
export function lineIn(stack: string): number | null {
  const found = new RegExp(`${SOURCE_NAME.replace('.', '\\.')}:(\\d+):\\d+`).exec(stack)
  return found === null ? null : Number(found[1])
}
