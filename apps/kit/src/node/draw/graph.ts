import type { GraphItem } from '../../item.ts'
import { WIDTH } from './paint.ts'

/**
 * A graph as a tree: what a node is made from stands below it, further to the right. A node that comes again is named
 * again, and its own sources are not.
 */
export function drawGraph({ dot }: GraphItem): string[] {
  const labels = new Map<string, string>()
  const sources = new Map<string, string[]>()
  for (const line of dot.split('\n')) {
    const [, from, to] = /^\s*"?([\w.]+)"?\s*->\s*"?([\w.]+)"?/.exec(line) ?? []
    if (from !== undefined && to !== undefined) {
      sources.set(to, [...(sources.get(to) ?? []), from])
      for (const name of [from, to]) if (!labels.has(name)) labels.set(name, name)
      continue
    }
    const [, node, label] = /^\s*"?([\w.]+)"?\s*\[.*?label="((?:[^"\\]|\\.)*)"/.exec(line) ?? []
    if (node !== undefined && label !== undefined)
      labels.set(node, label.replaceAll('\\n', ' ').replaceAll(/\\(.)/g, '$1'))
  }
  const inner = new Set([...sources.values()].flat())
  const seen = new Set<string>()
  const lines: string[] = []
  const walk = (node: string, depth: number): void => {
    const again = seen.has(node) && sources.has(node) ? ' ↑' : ''
    lines.push(`${'  '.repeat(depth + 1)}${labels.get(node)}${again}`.slice(0, WIDTH))
    if (seen.has(node)) return
    seen.add(node)
    for (const source of sources.get(node) ?? []) walk(source, depth + 1)
  }
  for (const node of labels.keys()) if (!inner.has(node)) walk(node, 0)
  return lines
}
