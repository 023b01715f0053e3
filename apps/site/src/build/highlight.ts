import { classHighlighter, highlightCode } from '@lezer/highlight'
import { parser } from '@lezer/javascript'
import { escapeHtml } from './html.ts'

const typescript = parser.configure({ dialect: 'ts' })

/**
 * The classes are those that the editor uses, so that code looks the same before and after it has loaded.
 * @param hrefOf where a name leads, if anywhere.
 */
export function highlight(
  code: string,
  language: string,
  hrefOf: (name: string) => string | null = () => null,
): string {
  if (!['ts', 'typescript', 'js', 'javascript'].includes(language)) return escapeHtml(code)
  let html = ''
  const put = (text: string, classes: string): void => {
    const href = /^[A-Z]/.test(text) ? hrefOf(text) : null
    const inner = href === null ? escapeHtml(text) : `<a href="${href}">${escapeHtml(text)}</a>`
    html += classes === '' ? inner : `<span class="${classes}">${inner}</span>`
  }
  const breakLine = (): void => {
    html += '\n'
  }
  highlightCode(code, typescript.parse(code), classHighlighter, put, breakLine)
  return html
}
