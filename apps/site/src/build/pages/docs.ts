import { type Html, html, raw } from '../html.ts'
import { type Linker, relativeUrl } from '../links.ts'
import { type Heading, renderMarkdown } from '../markdown.ts'
import type { Page } from '../template.ts'

/** A document of the repository. */
export interface Document {
  /** In the repository. */
  readonly file: string
  readonly path: string
  /** In the list of documents. */
  readonly name: string
  readonly group: string
  /** A sentence about it. */
  readonly about: string
  readonly source: string
  /** What stands below the text, and is no part of the file. */
  readonly appendix: Html | null
}

export async function docsPage(document: Document, all: readonly Document[], linker: Linker): Promise<Page> {
  const { file, path, source, name, about, appendix } = document
  const { title, lead, rest, headings, hasMath } = await renderMarkdown(source, (href) => linker.link(href, file, path))
  const below = appendix === null ? [] : [{ level: 2, id: 'reference', text: 'Reference' }]
  return {
    path,
    title: title || name,
    description: about || `${name}: documentation of Rungs`,
    section: 'docs',
    program: 'site',
    layout: 'docs',
    hasMath,
    main: html`${listOfDocuments(path, all)}
<article class="text">
<h1>${title || name}</h1>
${raw(lead)}
${raw(rest)}
${appendix}
</article>
${contents([...headings, ...below])}`,
  }
}

/** All documents, each with a sentence. */
export function docsIndex(all: readonly Document[]): Page {
  const path = 'docs/'
  return {
    path,
    title: 'Documents',
    description: 'How Rungs works, how to change it, what it costs, and everything that its packages export.',
    section: 'docs',
    program: 'site',
    layout: 'docs',
    hasMath: false,
    main: html`${listOfDocuments(path, all)}
<article class="text">
<h1>Documents</h1>
${groupsOf(all).map(
  (group) => html`<h2>${group}</h2>
<dl class="index">${inGroup(all, group).map(
    ({ path: target, name, about }) =>
      html`<div><dt><a href="${relativeUrl(path, target)}">${name}</a></dt><dd>${about}</dd></div>\n`,
  )}</dl>
`,
)}
</article>`,
  }
}

const groupsOf = (all: readonly Document[]): string[] => [...new Set(all.map(({ group }) => group))]

const inGroup = (all: readonly Document[], group: string): Document[] => all.filter((each) => each.group === group)

/** Beside every document, or below where there is no room: which others there are. */
function listOfDocuments(path: string, all: readonly Document[]): Html {
  const entry = (each: Document): Html =>
    html`<li><a href="${relativeUrl(path, each.path)}"${each.path === path && raw(' aria-current="page"')}>${each.name}</a></li>\n`
  return html`<nav class="documents" aria-label="Documents">
${groupsOf(all).map((group) => html`<h2>${group}</h2>\n<ul>${inGroup(all, group).map(entry)}</ul>`)}
</nav>`
}

/** The headings of a page, where there are enough of them. */
function contents(headings: readonly Heading[]): Html | null {
  const shown = headings.filter(({ level }) => level <= 3)
  if (shown.length < 3) return null
  return html`<nav class="contents" aria-label="On this page"><h2>On this page</h2><ul>
${shown.map(({ level, id, text }) => html`<li class="level-${level}"><a href="#${id}">${text}</a></li>\n`)}</ul></nav>`
}
