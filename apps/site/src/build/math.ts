import katex from 'katex'
import type { MarkdownIt } from 'markdown-it'

const INLINE = /^\$(?!\s)((?:\\.|[^\\$])+?)(?<!\s)\$(?!\d)/

/** `$…$` in a line and `$$…$$` as a paragraph, set by KaTeX now, so that no page needs a script for it. */
export function math(md: MarkdownIt): void {
  md.inline.ruler.after('escape', 'math', (state, silent) => {
    const [all, formula] = INLINE.exec(state.src.slice(state.pos)) ?? []
    if (all === undefined || formula === undefined) return false
    if (!silent) state.push('math', '', 0).content = formula
    state.pos += all.length
    return true
  })
  md.block.ruler.before('paragraph', 'displayMath', (state, start, end, silent) => {
    const text = state.getLines(start, end, state.blkIndent, false)
    const [all, formula] = /^\$\$([\s\S]+?)\$\$[ \t]*(?:\n|$)/.exec(text) ?? []
    if (all === undefined || formula === undefined) return false
    if (silent) return true
    state.push('displayMath', '', 0).content = formula
    state.line = start + all.trimEnd().split('\n').length
    return true
  })
  md.renderer.rules.math = (tokens, i) => typeset(tokens[i]?.content ?? '', false)
  md.renderer.rules.displayMath = (tokens, i) =>
    `<div class="formula scroller">${typeset(tokens[i]?.content ?? '', true)}</div>\n`
}

const typeset = (formula: string, displayMode: boolean): string =>
  katex.renderToString(formula, { displayMode, throwOnError: true, strict: 'error' })
