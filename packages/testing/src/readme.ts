import { readFileSync } from 'node:fs'

/** What a README promises and what came instead; test runners show the message. */
export class ReadmeError extends Error {
  override readonly name: string = 'ReadmeError'
}

/** Gives the module that a README imports by its public name. */
export type ImportModule = (name: string) => Promise<object>

/** A `console.log` of an example: where it stands, what its comment promises, what it printed. */
interface Print {
  readonly line: number
  readonly promised: string[]
  readonly printed: string[]
}

/**
 * Runs a `ts` block of a README, the first unless another is named by its number, and compares what each `console.log` printed with the comment behind it and
 * those on the lines directly below. An ellipsis in a comment stands for anything; prints past the comments are not compared,
 * so that a loop may show its first line only.
 *
 * @throws {ReadmeError} where there is no block or nothing to compare, or with the line, the promise and what came.
 */
export async function runReadme(file: string | URL, importModule: ImportModule, number = 0): Promise<void> {
  const block = [...readFileSync(file, 'utf8').matchAll(/^```ts\n([\s\S]*?)^```/gm)][number]?.[1]
  if (block === undefined) throw new ReadmeError(`${String(file)}: there is no \`\`\`ts block number ${number}`)
  const prints = promises(block)
  if (!prints.some(({ promised }) => promised.length > 0)) {
    throw new ReadmeError(`${String(file)}: no console.log of the example has a comment with what it prints`)
  }
  await run(block, prints, importModule)
  for (const { line, promised, printed } of prints) {
    promised.forEach((text, i) => {
      if (!matches(text, printed[i])) {
        throw new ReadmeError(`${String(file)}, line ${line} of the example: promised '${text}', got '${printed[i]}'`)
      }
    })
  }
}

const LOG = 'console.log('

function promises(block: string): Print[] {
  const prints: Print[] = []
  const lines = block.split('\n')
  lines.forEach((text, line) => {
    const start = text.indexOf(LOG)
    if (start === -1) return
    const promised = text
      .slice(start)
      .split(/\s\/\/\s?/)
      .slice(1, 2)
    for (let i = line + 1; /^\s*\/\//.test(lines[i] ?? ''); i++) promised.push(lines[i]!.replace(/^\s*\/\/\s?/, ''))
    prints.push({ line: line + 1, promised, printed: [] })
  })
  return prints
}

async function run(block: string, prints: readonly Print[], importModule: ImportModule): Promise<void> {
  let next = 0
  const numbered = block.replaceAll(LOG, () => `__print(${next++}, `)
  const { transform } = await import('esbuild')
  const { code } = await transform(numbered, { loader: 'ts', format: 'esm', target: 'es2022' })
  const body = code.replace(IMPORT, (_, names: string, module: string) => {
    const whole = /^\* as (\w+)$/.exec(names)?.[1]
    return `const ${whole ?? names.replaceAll(' as ', ': ')} = await __import(${module});`
  })
  const print = (index: number, ...values: unknown[]): void => {
    prints[index]!.printed.push(...values.map(show).join(' ').split('\n'))
  }
  await new AsyncFunction('__import', '__print', body)(importModule, print)
}

/** esbuild writes each import on one statement, with double quotes. */
const IMPORT = /^import\s+(\{[^}]*\}|\* as \w+)\s+from\s+("[^"]+");$/gm

const AsyncFunction = (async () => {}).constructor as new (
  ...code: string[]
) => (importModule: ImportModule, print: (index: number, ...values: unknown[]) => void) => Promise<void>

/** As `console.log` writes numbers, text and short lists of them; tensors and arrays have a `toString`. */
function show(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `[ ${value.map(showInside).join(', ')} ]`
  if (typeof value !== 'object' || value === null) return String(value)
  if (Object.getPrototypeOf(value) !== Object.prototype) return String(value)
  const entries = Object.entries(value).map(([key, part]) => `${key}: ${showInside(part)}`)
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`
}

const showInside = (value: unknown): string => (typeof value === 'string' ? `'${value}'` : show(value))

function matches(promised: string, printed: string | undefined): boolean {
  if (printed === undefined) return false
  const parts = promised.trim().split(/…|\.\.\./)
  const pattern = parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*')
  return new RegExp(`^${pattern}$`).test(printed.trim())
}
