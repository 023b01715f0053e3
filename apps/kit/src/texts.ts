import { checkOptions } from '@rungs/ndarray'
import type { CodeItem } from './item.ts'
import { type Shown, shown } from './shown.ts'

/** A graph, in Graphviz's DOT language: what `graphToDot` gives. */
export function graph(dot: string, options: { readonly title?: string } = {}): Shown<string> {
  checkOptions(options, ['title'], 'graph')
  const { title = '' } = options
  return shown(dot, (dot) => ({ kind: 'graph', title, dot }))
}

/** Source text, such as the WGSL of a kernel. */
export function code(
  text: string,
  options: { readonly title?: string; readonly language?: CodeItem['language'] } = {},
): Shown<string> {
  checkOptions(options, ['title', 'language'], 'code')
  const { title = '', language = 'text' } = options
  return shown(text, (text) => ({ kind: 'code', title, language, text }))
}
