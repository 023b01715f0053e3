import { element } from './dom.ts'
import { asTable } from './draw/asTable.ts'
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
  const figure = element('figure', { class: `panel ${first.kind}` }, title, description, place)
  let item = first
  if (asTable(first) !== null) figure.append(createTextForm(() => item))

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

/** The numbers behind a drawing, made when somebody wants them. */
function createTextForm(item: () => Drawable): HTMLElement {
  const details = element('details', {}, element('summary', {}, 'Numbers'))
  details.addEventListener('toggle', () => {
    details.querySelector('.table')?.remove()
    const rows = details.open ? asTable(item()) : null
    if (rows !== null) details.append(drawTable(rows))
    makeScrollers(details)
  })
  return details
}
