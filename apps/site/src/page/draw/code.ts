import type { CodeItem } from '@rungs/lesson'
import { element } from '../dom.ts'

export const drawCode = ({ text }: Pick<CodeItem, 'text'>): Node =>
  element('pre', { class: 'code scroller' }, element('code', {}, text))
