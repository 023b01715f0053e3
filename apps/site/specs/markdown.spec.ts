import { describe, expect, test } from 'vitest'
import { renderMarkdown, slugOf } from '../src/build/markdown.ts'
import { mermaidToDot } from '../src/build/mermaid.ts'

const render = (source: string) => renderMarkdown(source, (href) => `to:${href}`)

describe('Markdown', () => {
  test('is parted at its first section', async () => {
    const { title, lead, rest, headings } = await render('# A `title`\n\nFirst.\n\n## One\n\nSecond.\n\n### Two\n')
    expect(title).toBe('A title')
    expect(lead).toBe('<p>First.</p>\n')
    expect(rest).toContain('<h2 id="one">One</h2>')
    expect(headings).toEqual([
      { level: 2, id: 'one', text: 'One' },
      { level: 3, id: 'two', text: 'Two' },
    ])
  })

  test('tells headings of one name apart', async () => {
    const { headings } = await render('## Same\n\n## Same\n')
    expect(headings.map(({ id }) => id)).toEqual(['same', 'same-1'])
  })

  test('sends links where they lead', async () => {
    expect((await render('[a](b.md) and [**c**](d)')).lead).toContain('<a href="to:b.md">a</a> and <a href="to:d">')
  })

  test('sets formulas, and leaves prices alone', async () => {
    const { lead, hasMath } = await render('It is $x^2$ at $5 or 6$.\n\n$$\n\\sum_i x_i\n$$\n\nEnd.')
    expect(hasMath).toBe(true)
    expect(lead.match(/class="katex"/g)?.length).toBe(3)
    expect(lead).toContain('<div class="formula scroller">')
    expect((await render('From $5 to $6.')).hasMath).toBe(false)
  })

  test('refuses a formula that cannot be set', async () => {
    await expect(render('$\\nosuchthing$')).rejects.toThrow('nosuchthing')
  })

  test('colours TypeScript, and nothing that it does not know', async () => {
    expect((await render('```ts\nconst a = 1\n```')).lead).toContain('<span class="tok-keyword">const</span>')
    expect((await render('```sh\nls <x>\n```')).lead).toContain('<code>ls &lt;x&gt;\n</code>')
  })

  test('an empty corner of a table is no heading', async () => {
    const { lead } = await render('| | a |\n| --- | --- |\n| b | c |\n')
    expect(lead).toContain('<td></td>\n<th>a</th>')
  })

  test('draws a diagram, with its source beside it', async () => {
    const { lead } = await render('```mermaid\nflowchart TB\n  a["<b>A</b><br>first"]\n  a --> b\n```')
    expect(lead).toContain('<svg')
    expect(lead).toContain('first</text>')
    expect(lead).toContain('a --&gt; b')
  })
})

test.each([
  ['How they run', 'how-they-run'],
  ['`x.mm(w)`, again', 'xmmw-again'],
  ['Größe 2', 'größe-2'],
])('the place of "%s" is %s', (text, slug) => expect(slugOf(text)).toBe(slug))

describe('Mermaid', () => {
  test('becomes DOT', () => {
    expect(mermaidToDot('flowchart TB\n  a & b --> c\n  c["<b>C</b>"]')).toBe(
      'digraph { { a b } -> { c }; c [label=<<b>C</b>>] }',
    )
  })
  test.each([
    ['sequenceDiagram', "expected 'flowchart TB'"],
    ['flowchart TB\n  a -.-> b', "cannot read 'a -.-> b'"],
  ])('%s is refused', (source, message) => expect(() => mermaidToDot(source)).toThrow(message))
})
