import { autocompletion, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete'
import { type Diagnostic, linter, lintGutter } from '@codemirror/lint'
import type { Extension } from '@codemirror/state'
import { type EditorView, hoverTooltip, type Tooltip } from '@codemirror/view'
import { element } from '../dom.ts'
import type { AskTypes } from './types.ts'

/** What TypeScript knows, in the editor: mistakes, types under the pointer, and names that may follow. */
export const typeSupport = (ask: AskTypes, onProblems: (problems: readonly Diagnostic[]) => void): Extension => [
  lintGutter(),
  linter(async (view) => {
    const problems = await findProblems(ask, view)
    onProblems(problems)
    return problems
  }),
  hoverTooltip((view, at) => describe(ask, view, at)),
  autocompletion({ override: [(context) => complete(ask, context)] }),
]

const textOf = (view: EditorView): string => view.state.doc.toString()

async function findProblems(ask: AskTypes, view: EditorView): Promise<Diagnostic[]> {
  const problems = await ask('check', { text: textOf(view) })
  const end = view.state.doc.length
  return problems.map(({ from, to, message }) => ({
    from: Math.min(from, end),
    to: Math.min(to, end),
    message,
    severity: 'error',
  }))
}

async function describe(ask: AskTypes, view: EditorView, at: number): Promise<Tooltip | null> {
  const found = await ask('hover', { text: textOf(view), at })
  if (found === null) return null
  const create = (): { dom: HTMLElement } => ({
    dom: element(
      'div',
      { class: 'type-hover' },
      element('code', {}, found.type),
      ...(found.documentation === '' ? [] : [element('p', {}, found.documentation)]),
    ),
  })
  return { pos: found.from, end: found.to, above: true, create }
}

async function complete(ask: AskTypes, context: CompletionContext): Promise<CompletionResult | null> {
  const word = context.matchBefore(/[\w$]*/)
  const isMember = context.matchBefore(/\.[\w$]*/) !== null
  if (!context.explicit && !isMember && (word === null || word.from === word.to)) return null
  const options = await ask('complete', { text: context.state.doc.toString(), at: context.pos })
  if (context.aborted || options.length === 0) return null
  return {
    from: word?.from ?? context.pos,
    options: options.map(({ label, kind }) => ({ label, type: kinds[kind] ?? 'variable' })),
    validFor: /^[\w$]*$/,
  }
}

/** TypeScript's words for what the editor has signs for. */
const kinds: Readonly<Record<string, string>> = {
  method: 'method',
  function: 'function',
  property: 'property',
  class: 'class',
  interface: 'interface',
  keyword: 'keyword',
  const: 'constant',
  type: 'type',
}
