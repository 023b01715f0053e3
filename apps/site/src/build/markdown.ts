import createMarkdownIt, { type MarkdownIt, type Token } from 'markdown-it'
import { drawGraph } from '../graph.ts'
import { highlight } from './highlight.ts'
import { escapeHtml } from './html.ts'
import { math } from './math.ts'
import { mermaidToDot } from './mermaid.ts'

export interface Heading {
  readonly level: number
  readonly id: string
  readonly text: string
}

/** A document, in the parts that pages arrange. */
export interface Rendered {
  /** The text of the first heading, without markup. */
  readonly title: string
  /** What stands between the title and the first second-level heading. */
  readonly lead: string
  /** From the first second-level heading on. */
  readonly rest: string
  /** Those below the title. */
  readonly headings: readonly Heading[]
  readonly hasMath: boolean
}

/**
 * @param linkOf what a link in the text becomes.
 */
export async function renderMarkdown(source: string, linkOf: (href: string) => string): Promise<Rendered> {
  const md = createMarkdown(true)
  const tokens = md.parse(source, {})
  const headings = nameHeadings(tokens)
  redirectLinks(tokens, linkOf)
  emptyCells(tokens)
  await drawDiagrams(tokens)
  const render = (part: Token[]): string => md.renderer.render(part, md.options, {})
  const title = tokens[0]?.tag === 'h1' ? textOf(tokens[1]) : ''
  const body = title === '' ? tokens : tokens.slice(3)
  const found = body.findIndex(({ type, tag }) => type === 'heading_open' && tag === 'h2')
  const split = found === -1 ? body.length : found
  const rest = render(body.slice(split))
  const lead = render(body.slice(0, split))
  return { title, lead, rest, headings, hasMath: `${lead}${rest}`.includes('class="katex') }
}

function createMarkdown(html: boolean): MarkdownIt {
  const md = createMarkdownIt({ html, typographer: true })
  md.use(math)
  wrapWide(md)
  return md
}

const comments = createMarkdown(false)

/** The text of a comment: paragraphs and lists, without links of the repository. */
export const renderComment = (source: string): string => comments.render(source)

const textOf = (inline: Token | undefined): string =>
  inline?.children?.map(({ type, content }) => (type === 'softbreak' ? ' ' : content)).join('') ?? ''

/** Ids as the sources' own hosts make them, so that links within a document work in both places. */
export const slugOf = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-')

function nameHeadings(tokens: readonly Token[]): Heading[] {
  const taken = new Map<string, number>()
  return tokens.flatMap((token, i) => {
    if (token.type !== 'heading_open' || token.tag === 'h1') return []
    const text = textOf(tokens[i + 1])
    const slug = slugOf(text)
    const count = taken.get(slug) ?? 0
    taken.set(slug, count + 1)
    const id = count === 0 ? slug : `${slug}-${count}`
    token.attrSet('id', id)
    return [{ level: Number(token.tag.slice(1)), id, text }]
  })
}

function redirectLinks(tokens: readonly Token[], linkOf: (href: string) => string): void {
  for (const token of tokens) {
    if (token.type === 'link_open') token.attrSet('href', linkOf(String(token.attrGet('href') ?? '')))
    if (token.children !== null) redirectLinks(token.children, linkOf)
  }
}

/** A corner of a table that says nothing is no heading. */
function emptyCells(tokens: readonly Token[]): void {
  tokens.forEach((token, i) => {
    if (token.type !== 'th_open' || tokens[i + 1]?.content !== '') return
    for (const part of [token, tokens[i + 2]]) if (part !== undefined) part.tag = 'td'
  })
}

/** Diagrams in Mermaid's or Graphviz's language become drawings, with their source for those who do not see them. */
async function drawDiagrams(tokens: readonly Token[]): Promise<void> {
  for (const token of tokens) {
    if (token.type !== 'fence' || !['mermaid', 'dot'].includes(token.info)) continue
    const dot = token.info === 'mermaid' ? mermaidToDot(token.content) : token.content
    const source = `<details><summary>As text</summary><pre class="scroller"><code>${escapeHtml(token.content)}</code></pre></details>`
    token.type = 'html_block'
    token.content = `<figure class="diagram"><div class="graph scroller" role="img" aria-label="Diagram">${await drawGraph(dot)}</div>${source}</figure>\n`
  }
}

/** Whatever may be wider than a phone scrolls by itself. */
function wrapWide(md: MarkdownIt): void {
  md.renderer.rules.table_open = () => '<div class="table scroller"><table>\n'
  md.renderer.rules.table_close = () => '</table></div>\n'
  md.renderer.rules.fence = (tokens, i) => {
    const { content, info } = tokens[i] ?? { content: '', info: '' }
    return `<pre class="code scroller"><code>${highlight(content, info.trim())}</code></pre>\n`
  }
}
