import { readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { highlight } from '../highlight.ts'
import { html, raw } from '../html.ts'
import { type Linker, sourcePage as pathOf } from '../links.ts'
import { renderMarkdown } from '../markdown.ts'
import { ROOT } from '../paths.ts'
import type { Page } from '../template.ts'

/** A file of the repository that another page speaks of. */
export async function sourcePage(file: string, linker: Linker): Promise<Page> {
  const path = pathOf(file)
  const text = readFileSync(join(ROOT, file), 'utf8')
  const language = extname(file).slice(1)
  const base = {
    path,
    section: null,
    program: 'site',
    layout: 'plain',
    description: `The file ${file} of Rungs`,
  } as const
  if (language === 'md') {
    const { title, lead, rest, hasMath } = await renderMarkdown(text, (href) => linker.link(href, file, path))
    return {
      ...base,
      title,
      hasMath,
      main: html`<article class="text"><h1>${title}</h1>${raw(lead)}${raw(rest)}</article>`,
    }
  }
  return {
    ...base,
    title: file,
    hasMath: false,
    main: html`<article class="text"><h1 class="file">${file}</h1>
<pre class="code scroller"><code>${raw(highlight(text, language === 'mjs' ? 'js' : language))}</code></pre></article>`,
  }
}
