import type { ProgressItem } from '@rungs/lesson'
import { element } from '../dom.ts'

export function drawProgress({ title, done, total, note }: ProgressItem): Node {
  const text = [title, `${done.toLocaleString('en')} of ${total.toLocaleString('en')}`, note]
  const label = text.filter((part) => part !== '').join(' · ')
  return element(
    'div',
    { class: 'progress' },
    element('progress', { max: total, value: done, 'aria-label': label }),
    element('span', {}, label),
  )
}
