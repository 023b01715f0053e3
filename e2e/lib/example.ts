import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { rungNamed } from './ladder.ts'

/** The example of a README, with its `console.log`s numbered, and what they promise. */
export interface Example {
  /** TypeScript. */
  readonly code: string
  readonly prints: readonly Print[]
}

interface Print {
  /** In the example, from 1. */
  readonly line: number
  readonly promised: readonly string[]
}

/**
 * The first `ts` block. The comment behind a `console.log`, or in the lines directly below, says what it prints; an
 * ellipsis stands for anything, and prints past the comments are free. The same rules as the packages' own README tests.
 */
export function exampleOf(name: string): Example {
  const file = resolve(import.meta.dirname, '../../packages', rungNamed(name).folder, 'README.md')
  const block = /^```ts\n([\s\S]*?)^```/m.exec(readFileSync(file, 'utf8'))?.[1]
  if (block === undefined) throw new Error(`${name}: README.md has no \`\`\`ts block`)
  const lines = block.split('\n')
  const prints: Print[] = []
  const code = lines.map((text, index) => {
    const start = text.indexOf(LOG)
    if (start === -1) return text
    const promised = text
      .slice(start)
      .split(/\s\/\/\s?/)
      .slice(1, 2)
    for (let i = index + 1; COMMENT.test(lines[i] ?? ''); i++) promised.push((lines[i] ?? '').replace(COMMENT, ''))
    prints.push({ line: index + 1, promised })
    return text.replace(LOG, () => `${LOG}'#${prints.length - 1}', `)
  })
  // An adapter in software is taken on request only, and there may be no other here.
  return { code: code.join('\n').replaceAll('createWebGpuDevice()', 'createWebGpuDevice({ software: true })'), prints }
}

const LOG = 'console.log('
const COMMENT = /^\s*\/\/\s?/

/** What is wrong with an example's output: one sentence for each promise that was not kept. */
export function brokenPromises({ prints }: Example, output: string): string[] {
  const printed = prints.map((): string[] => [])
  let current: string[] | undefined
  for (const line of output.trimEnd().split('\n')) {
    const [, index, text] = /^#(\d+) ?(.*)$/.exec(line) ?? []
    if (index !== undefined) current = printed[Number(index)]
    current?.push(text ?? line)
  }
  if (!prints.some(({ promised }) => promised.length > 0)) return ['no console.log has a comment with what it prints']
  return prints.flatMap(({ line, promised }, index) =>
    promised.flatMap((text, i) => {
      const actual = printed[index]?.[i]
      return matches(text, actual) ? [] : [`line ${line} of the example: promised '${text}', got '${actual}'`]
    }),
  )
}

function matches(promised: string, actual: string | undefined): boolean {
  const parts = promised.trim().split(/…|\.\.\./)
  const pattern = parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*')
  return actual !== undefined && new RegExp(`^${pattern}$`).test(actual.trim())
}
