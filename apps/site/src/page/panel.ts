import { element } from './dom.ts'
import { asTable } from './draw/asTable.ts'
import { drawCode } from './draw/code.ts'
import { describe } from './draw/describe.ts'
import { type Drawable, draw } from './draw/item.ts'
import { drawTable } from './draw/table.ts'
import { makeScrollers } from './scrollers.ts'

/** The place of one item, whatever it becomes. */
export interface Panel {
  readonly element: HTMLElement
  show(item: Drawable): void
  /** Draws again, for another width. */
  redraw(): void
}

export function createPanel(first: Drawable): Panel {
  const title = element('figcaption', {})
  const description = element('p', { class: 'unseen' })
  const place = element('div', { class: 'drawing' })
  const figure = element('figure', { class: 'panel', 'data-kind': first.kind }, title, description, place)
  let item = first
  if (asText(first) !== null) figure.append(createTextForm(() => item))

  function show(fresh: Drawable): void {
    item = fresh
    title.textContent = item.kind === 'progress' ? '' : item.title
    title.hidden = title.textContent === ''
    description.textContent = describe(item)
    redraw()
  }
  function redraw(): void {
    place.replaceChildren(draw(item, Math.max(place.clientWidth, 240)))
    makeScrollers(place)
  }
  return { element: figure, show, redraw }
}

/** What a drawing is made of, as text, made when somebody wants it. */
function createTextForm(item: () => Drawable): HTMLElement {
  const details = element('details', {}, element('summary', {}, item().kind === 'graph' ? 'As text' : 'Numbers'))
  details.addEventListener('toggle', () => {
    while (details.lastElementChild !== details.firstElementChild) details.lastElementChild?.remove()
    const text = details.open ? asText(item()) : null
    if (text !== null) details.append(text)
    makeScrollers(details)
  })
  return details
}

/** Null for what is text already. */
function asText(item: Drawable): Node | null {
  if (item.kind === 'graph') return drawCode({ text: item.dot })
  const rows = asTable(item)
  return rows === null ? null : drawTable(rows)
}
