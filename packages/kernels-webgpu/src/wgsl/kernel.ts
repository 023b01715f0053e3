import { helpersFor } from './helpers.ts'
import { aliases, halfLines, type Width } from './types.ts'

/** A kernel's text, and what binding it takes. */
export interface KernelText {
  readonly code: string
  /** For each buffer binding, from binding 1 on: does the kernel write it? */
  readonly writes: readonly boolean[]
  /** 32-bit words of its parameters. */
  readonly words: number
}

/** A buffer as a kernel sees it. */
export interface BufferBinding {
  readonly name: string
  readonly type: string
  readonly writes: boolean
}

export interface KernelParts {
  readonly width: Width
  readonly bindings: readonly BufferBinding[]
  /** Members of the parameters after the common ones, as `name: type`. */
  readonly fields: readonly string[]
  readonly workgroup: readonly [number, number]
  /** Functions besides the helpers, which are found by themselves. */
  readonly functions?: string
  /** The body of `main`; `workgroup` numbers the workgroup, `local` the thread in it. */
  readonly body: readonly string[]
}

/** What every kernel is told: data that cannot be constants, and how its grid is folded. */
export const COMMON_FIELDS: readonly string[] = ['nan: f32', 'infinity: f32', 'row: u32', 'threads: i32']

export function kernelText({ width, bindings, fields, workgroup, functions, body }: KernelParts): KernelText {
  const members = [...COMMON_FIELDS, ...fields]
  const uses = (name: string): boolean => body.some((line) => line.includes(name))
  const matrices = uses('subgroupMatrix')
  const subgroups = matrices || uses('subgroupShuffle') || uses('subgroupBroadcast')
  const builtins = [
    ...(subgroups ? ['@builtin(subgroup_invocation_id) invocation: u32,'] : []),
    ...(matrices ? ['@builtin(subgroup_id) subgroup: u32,'] : []),
  ]
  const main = `@compute @workgroup_size(${workgroup.join(', ')})
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(local_invocation_index) local: u32,${builtins.map((line) => `\n  ${line}`).join('')}
) {
  // More than 65,535 workgroups lie in rows.
  let workgroup = group.x + group.y * p.row;
${indent(body)}
}`
  const own = functions === undefined || functions === '' ? main : `${functions}\n\n${main}`
  const head = aliases(width)
  const half = halfLines(width)
  const halves = [own, ...bindings.map(({ type }) => type)].some((text) => /\b(f16|Half)\b/.test(text))
  const code = [
    ...(subgroups ? ['enable subgroups;'] : []),
    ...(matrices ? ['enable chromium_experimental_subgroup_matrix;'] : []),
    ...(halves ? [half.enable, `${head}\n${half.alias}`] : [head]),
    `struct Parameters {\n${members.map((member) => `  ${member},\n`).join('')}}`,
    ['@group(0) @binding(0) var<uniform> p: Parameters;', ...bindings.map(bindingText)].join('\n'),
    helpersFor(own),
    own,
  ]
  return {
    code: `${code.filter((part) => part !== '').join('\n\n')}\n`,
    writes: bindings.map(({ writes }) => writes),
    words: members.length,
  }
}

/** Declared as written, all of them: pieces of one slab may stand in one call only where they are bound alike. */
const bindingText = ({ name, type }: BufferBinding, i: number): string =>
  `@group(0) @binding(${i + 1}) var<storage, read_write> ${name}: array<${type}>;`

/** A loop, and before it what it reads of the parameters: software adapters read them anew each time. */
export function readingAhead(loop: readonly string[]): string[] {
  const names = new Set<string>()
  const inside = loop.map((line) =>
    line.replace(/\bp\.(\w+)/g, (_, name: string) => {
      names.add(name)
      return `${name}Here`
    }),
  )
  return [...[...names].map((name) => `let ${name}Here = p.${name};`), ...inside]
}

/** Lines two spaces further in for each brace that is open. */
export function indent(lines: readonly string[], depth = 1): string {
  let level = depth
  return lines
    .flatMap((line) => line.split('\n'))
    .map((line) => {
      if (line.startsWith('}')) level--
      const text = `${'  '.repeat(level)}${line}`
      if (line.endsWith('{')) level++
      return text
    })
    .join('\n')
}
