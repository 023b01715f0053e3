import type { TextItem } from '@rungs/lesson'
import { element } from './dom.ts'

/** What is kept of one block of lines; older ones make room. */
const KEPT = 1000

/** Consecutive lines of text, as a terminal shows them. */
export interface Lines {
  readonly element: HTMLElement
  add(item: TextItem): void
  /** Says that lines are missing: the last batch had too many. */
  skip(count: number): void
}

export function createLines(): Lines {
  const block = element('div', { class: 'lines scroller' })
  let leftOut = 0
  const note = element('div', { class: 'note' })

  const append = (line: HTMLElement): void => {
    block.append(line)
    if (block.childElementCount <= KEPT + 1) return
    if (leftOut++ === 0) block.prepend(note)
    note.textContent = `… ${leftOut.toLocaleString('en')} earlier lines`
    note.nextElementSibling?.remove()
  }
  const add = ({ level, text }: TextItem): void => append(element('div', { class: `line ${level}` }, text))
  const skip = (count: number): void =>
    append(element('div', { class: 'line note' }, `… ${count.toLocaleString('en')} lines came too fast to be shown`))
  return { element: block, add, skip }
}
