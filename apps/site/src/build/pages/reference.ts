import type { Entry, Kind } from '../api.ts'
import { highlight } from '../highlight.ts'
import { type Html, html, raw } from '../html.ts'
import { renderComment } from '../markdown.ts'

const titles: Readonly<Record<Kind, string>> = {
  class: 'Classes',
  function: 'Functions',
  value: 'Values',
  namespace: 'Namespaces',
  interface: 'Interfaces',
  type: 'Types',
}

/** Addresses, from the page that is being made; null for what has none. */
export interface Places {
  /** Of the entry of that name. */
  placeOf(name: string): string | null
  /** Of the page of that package. */
  pageOf(package_: string): string | null
}

const idOf = (name: string): string => `api-${name}`
/** Of an entry in the page of its package. */
export const fragmentOf = (name: string): string => `#${idOf(name)}`

/** Everything that a package exports: a list of names first, then one after the other, and last what it hands up. */
export function renderReference(entries: readonly Entry[], places: Places): Html {
  const own = entries.filter(({ from }) => from === null)
  const handedUp = entries.filter(({ from }) => from !== null)
  const kinds = (Object.keys(titles) as Kind[]).filter((kind) => own.some((each) => each.kind === kind))
  return html`<section class="reference">
<h2 id="reference">Reference</h2>
${kinds.map(
  (kind) =>
    html`<h3>${titles[kind]}</h3>\n${listOfNames(
      own.filter((each) => each.kind === kind),
      places,
    )}`,
)}
${handedUp.length > 0 && html`<h3>Handed up from below</h3>\n${listOfNames(handedUp, places)}`}
${kinds.map((kind) => own.filter((each) => each.kind === kind).map((entry) => describe(entry, places)))}
</section>`
}

const listOfNames = (entries: readonly Entry[], places: Places): Html =>
  html`<ul class="names">${entries.map(
    ({ name, from }) =>
      html`<li><a href="${places.placeOf(name) ?? places.pageOf(from ?? '') ?? fragmentOf(name)}"><code>${name}</code></a></li>\n`,
  )}</ul>\n`

function describe(entry: Entry, places: Places): Html {
  return html`<article class="entry" id="${idOf(entry.name)}">
<h4>${entry.name}</h4>
${body(entry, places)}
${
  entry.members.length > 0 &&
  html`<div class="members">${entry.members.map((member) => html`<div class="member">${body(member, places)}</div>\n`)}</div>`
}
</article>
`
}

const body = (
  { declaration, text, notes }: Entry,
  places: Places,
): Html => html`<pre class="code scroller"><code>${raw(highlight(declaration, 'ts', places.placeOf))}</code></pre>
${text !== '' && raw(renderComment(text))}
${
  notes.length > 0 &&
  html`<dl>${notes.map(({ label, text }) => html`<div><dt>${label}</dt><dd>${raw(renderComment(text))}</dd></div>\n`)}</dl>`
}`
