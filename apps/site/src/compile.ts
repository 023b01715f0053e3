import { init, parse } from 'es-module-lexer'
import { transform } from 'sucrase'
import { SOURCE_NAME } from './sourceName.ts'

/** The reader's code is no TypeScript, or imports what is not here. */
export class CompileError extends Error {
  override readonly name: string = 'CompileError'
  /** From 1. */
  readonly line: number

  constructor(message: string, line: number) {
    super(message)
    this.line = line
  }
}

/**
 * A lesson as a module that a page's worker can import: types are removed, line for line, and each package is named by its
 * URL, since import maps do not reach workers.
 * @param urls of the packages that a lesson may import, by name.
 * @throws {CompileError} with the line.
 */
export async function compile(source: string, urls: Readonly<Record<string, string>>): Promise<string> {
  const code = removeTypes(source)
  await init
  const [imports] = parse(code)
  let compiled = ''
  let end = 0
  for (const each of imports) {
    if (each.type === 'import-meta' || each.specifier === undefined) continue
    const url = urls[each.specifier]
    if (url === undefined) throw new CompileError(unknownPackage(each.specifier, urls), lineAt(code, each.start))
    // A dynamic import's range has its quotes, a static one's does not.
    const quoted = each.type === 'dynamic' ? JSON.stringify(url) : url
    compiled += code.slice(end, each.start) + quoted
    end = each.end
  }
  return `${compiled}${code.slice(end)}\n//# sourceURL=${SOURCE_NAME}\n`
}

function removeTypes(source: string): string {
  try {
    return transform(source, { transforms: ['typescript'], disableESTransforms: true, filePath: SOURCE_NAME }).code
  } catch (error) {
    const [, message, line] = /^(?:Error transforming [^:]+: )?(.*?) \((\d+):\d+\)/s.exec(messageOf(error)) ?? []
    if (message === undefined) throw error
    throw new CompileError(message, Number(line))
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const lineAt = (code: string, offset: number): number => code.slice(0, offset).split('\n').length

function unknownPackage(specifier: string, urls: Readonly<Record<string, string>>): string {
  return `there is no '${specifier}' here; a lesson can import ${Object.keys(urls).sort().join(', ')}`
}
