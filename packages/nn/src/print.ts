import { entriesOf, isContainer, members } from './members.ts'

type Belongs = (value: object) => value is object

/**
 * `Name(extra)`, or with parts inside one line for each: `  (0): ReLU()`. Parts are the fields of `holder` that `belongs`;
 * arrays print as PyTorch's ModuleList, Maps and plain objects as its ModuleDict.
 */
export function printTree(name: string, extra: string, holder: object, belongs: Belongs): string {
  const parts: string[] = []
  for (const [key, value] of entriesOf(holder)) {
    const text = printPart(value, belongs)
    if (text !== null) parts.push(indent(`(${key}): ${text}`))
  }
  if (parts.length === 0) return `${name}(${extra})`
  const lines = extra === '' ? parts : [indent(extra), ...parts]
  return `${name}(\n${lines.join('\n')}\n)`
}

function printPart(value: unknown, belongs: Belongs): string | null {
  if (typeof value === 'object' && value !== null && belongs(value)) return String(value)
  if (!isContainer(value) || members(value, belongs).next().done) return null
  return printTree(Array.isArray(value) ? 'ModuleList' : 'ModuleDict', '', value, belongs)
}

const indent = (text: string): string => text.replaceAll(/^/gm, '  ')
