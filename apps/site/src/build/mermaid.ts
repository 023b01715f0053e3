const NODE = /^(\w+)\["(.*)"\]$/
const EDGE = /^(\w+(?: & \w+)*) --> (\w+(?: & \w+)*)$/

/**
 * The part of Mermaid that the documents use, in Graphviz's language: a flowchart of boxes and arrows, a statement a line.
 * @throws {TypeError} that names the line which says anything else.
 */
export function mermaidToDot(source: string): string {
  const [first, ...lines] = source
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  if (first !== 'flowchart TB') throw new TypeError(`mermaid: expected 'flowchart TB', got '${first}'`)
  return `digraph { ${lines.map(statement).join('; ')} }`
}

function statement(line: string): string {
  const [, id, label] = NODE.exec(line) ?? []
  if (id !== undefined && label !== undefined) return `${id} [label=<${label.replaceAll('<br>', '<br/>')}>]`
  const [, from, to] = EDGE.exec(line) ?? []
  if (from === undefined || to === undefined) throw new TypeError(`mermaid: cannot read '${line}'`)
  return `{ ${from.replaceAll(' & ', ' ')} } -> { ${to.replaceAll(' & ', ' ')} }`
}
