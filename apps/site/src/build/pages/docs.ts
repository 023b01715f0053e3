import { type Html, html, raw } from '../html.ts'
import { type Linker, relativeUrl } from '../links.ts'
import { type Heading, renderMarkdown } from '../markdown.ts'
import type { Page } from '../template.ts'

/** A document of the repository, and the name that the list of documents has for it. */
export interface Document {
  /** In the repository. */
  readonly file: string
  readonly path: string
  readonly name: string
  readonly group: string
  readonly source: string
}

export async function docsPage(document: Document, all: readonly Document[], linker: Linker): Promise<Page> {
  const { file, path, source, name } = document
  const { title, lead, rest, headings, hasMath } = await renderMarkdown(source, (href) => linker.link(href, file, path))
  return {
    path,
    title: title || name,
    description: `${title || name}: documentation of Rungs`,
    section: 'docs',
    program: 'site',
    layout: 'docs',
    hasMath,
    main: html`${listOfDocuments(path, all)}
<article class="text">
<h1>${title || name}</h1>
${raw(lead)}
${raw(rest)}
</article>
${contents(headings)}`,
  }
}

/** Beside every document: which others there are. It folds where there is no room. */
function listOfDocuments(path: string, all: readonly Document[]): Html {
  const groups = [...new Set(all.map(({ group }) => group))]
  const entry = (each: Document): Html =>
    html`<li><a href="${relativeUrl(path, each.path)}"${each.path === path && raw(' aria-current="page"')}>${each.name}</a></li>\n`
  return html`<nav class="documents" aria-label="Documents"><details open>
<summary>Documents</summary>
${groups.map((group) => html`<h2>${group}</h2>\n<ul>${all.filter((each) => each.group === group).map(entry)}</ul>`)}
</details></nav>`
}

/** The headings of a page, where there are enough of them. */
function contents(headings: readonly Heading[]): Html {
  const shown = headings.filter(({ level }) => level <= 3)
  if (shown.length < 3) return html``
  return html`<nav class="contents" aria-label="On this page"><h2>On this page</h2><ul>
${shown.map(({ level, id, text }) => html`<li class="level-${level}"><a href="#${id}">${text}</a></li>\n`)}</ul></nav>`
}
