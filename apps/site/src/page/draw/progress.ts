import type { ProgressItem } from '@rungs/lesson'
import { element } from '../dom.ts'

/** A bar while it lasts; after that, only what there is to say. */
export function drawProgress({ title, done, total, note }: ProgressItem): Node {
  const isOver = done >= total
  if (isOver && note === '') return element('div')
  const text = [title, `${done.toLocaleString('en')} of ${total.toLocaleString('en')}`, note]
  const label = text.filter((part) => part !== '').join(' · ')
  const bar = isOver ? [] : [element('progress', { max: total, value: done, 'aria-label': label })]
  return element('div', { class: 'progress' }, ...bar, element('span', {}, label))
}
