import { classHighlighter, highlightCode } from '@lezer/highlight'
import { parser } from '@lezer/javascript'
import { escapeHtml } from './html.ts'

const typescript = parser.configure({ dialect: 'ts' })

/** The classes are those that the editor uses, so that code looks the same before and after it has loaded. */
export function highlight(code: string, language: string): string {
  if (!['ts', 'typescript', 'js', 'javascript'].includes(language)) return escapeHtml(code)
  let html = ''
  highlightCode(
    code,
    typescript.parse(code),
    classHighlighter,
    (text, classes) => {
      html += classes === '' ? escapeHtml(text) : `<span class="${classes}">${escapeHtml(text)}</span>`
    },
    () => {
      html += '\n'
    },
  )
  return html
}
