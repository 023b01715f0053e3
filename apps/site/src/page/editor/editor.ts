import { closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { javascript } from '@codemirror/lang-javascript'
import { bracketMatching, indentOnInput, syntaxHighlighting } from '@codemirror/language'
import { type Diagnostic, lintKeymap } from '@codemirror/lint'
import { Compartment, EditorState } from '@codemirror/state'
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view'
import { classHighlighter } from '@lezer/highlight'
import { element } from '../dom.ts'
import { failedLine, markLine } from './mark.ts'
import { typeSupport } from './typeSupport.ts'
import { createTypes } from './types.ts'

export interface EditorOptions {
  /** The listing that the editor takes the place of. */
  readonly place: HTMLElement
  readonly code: string
  /** The type checker. */
  readonly types: URL
  /** The reader has changed the code. */
  edit(code: string): void
  run(): void
}

export interface Editor {
  /** Another text, which is not the reader's doing. */
  replace(code: string): void
  /** Shows a line and puts the cursor there. */
  goTo(line: number): void
  /** Marks a line as the one that failed; null marks none. */
  mark(line: number | null): void
  focus(): void
}

export function createEditor({ place, code, types, edit, run }: EditorOptions): Editor {
  const problems = element('ul', { class: 'problems', 'aria-label': 'What the type checker says' })
  const checks = new Compartment()
  let isChecking = false

  /** TypeScript comes with the first edit: reading needs none of it. */
  function check(): void {
    if (isChecking) return
    isChecking = true
    view.dispatch({ effects: checks.reconfigure(typeSupport(createTypes(types), list)) })
  }

  function list(found: readonly Diagnostic[]): void {
    const entries = found.slice(0, LISTED).map(({ from, message }) => {
      const line = view.state.doc.lineAt(from).number
      const button = element('button', { type: 'button', class: 'quiet' }, `Line ${line}`)
      button.addEventListener('click', () => goTo(line))
      return element('li', {}, button, ` ${message}`)
    })
    problems.replaceChildren(...entries)
  }

  const runNow = (): boolean => {
    run()
    return true
  }
  const listener = EditorView.updateListener.of(({ docChanged, transactions, state }) => {
    if (!docChanged) return
    check()
    if (transactions.some((transaction) => transaction.isUserEvent('replace.all'))) return
    edit(state.doc.toString())
  })

  const view = new EditorView({
    doc: code,
    extensions: [
      // Tab is not taken: it leads out of the editor, as it leads in.
      keymap.of([
        { key: 'Mod-Enter', run: runNow },
        ...closeBracketsKeymap,
        ...completionKeymap,
        ...lintKeymap,
        ...historyKeymap,
        ...defaultKeymap,
      ]),
      lineNumbers(),
      history(),
      drawSelection(),
      EditorState.tabSize.of(2),
      indentOnInput(),
      bracketMatching(),
      closeBrackets(),
      highlightActiveLine(),
      javascript({ typescript: true }),
      syntaxHighlighting(classHighlighter),
      EditorView.contentAttributes.of({ 'aria-label': 'The code of the lesson', tabindex: '0', autocapitalize: 'off' }),
      EditorView.lineWrapping,
      failedLine,
      checks.of([]),
      listener,
    ],
  })

  function goTo(number: number): void {
    const line = view.state.doc.line(Math.min(number, view.state.doc.lines))
    view.dispatch({ selection: { anchor: line.from }, effects: EditorView.scrollIntoView(line.from, { y: 'center' }) })
    view.focus()
  }

  const hadFocus = place === document.activeElement
  const scrolled = place.scrollTop
  place.replaceWith(view.dom)
  view.dom.after(problems)
  view.scrollDOM.scrollTop = scrolled
  if (hadFocus) view.focus()

  return {
    replace: (text) =>
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text }, userEvent: 'replace.all' }),
    goTo,
    mark: (line) => view.dispatch({ effects: markLine.of(line) }),
    focus: () => view.focus(),
  }
}

/** Mistakes in the list below the code; one often brings many. */
const LISTED = 4
