import type { Item, TextItem } from '@rungs/lesson'
import type { Failure } from '../protocol.ts'
import { element } from './dom.ts'
import type { Drawable } from './draw/item.ts'
import { createLines, type Lines } from './lines.ts'
import { createPanel, type Panel } from './panel.ts'
import { makeScrollers } from './scrollers.ts'

export interface Results {
  /** What was shown before stays, pale, until something new comes: the page does not jump. */
  begin(): void
  show(items: readonly Item[], dropped: number): void
  fail(failure: Failure, goTo: (line: number) => void): void
  end(): void
}

/** What a run shows, in the order in which it came, each item at its place; drawn once a frame at most. */
export function createResults(place: HTMLElement): Results {
  const panels = new Map<number, Panel>()
  const waiting = new Map<number, Drawable>()
  let lines: Lines | null = null
  let isFresh = false
  let frame = 0

  function begin(): void {
    // A frame that was asked for by the run before must not draw into this one.
    cancelAnimationFrame(frame)
    frame = 0
    waiting.clear()
    panels.clear()
    lines = null
    isFresh = false
    place.classList.add('stale')
  }

  function freshen(): void {
    if (isFresh) return
    isFresh = true
    place.replaceChildren()
    place.classList.remove('stale')
  }

  function show(items: readonly Item[], dropped: number): void {
    freshen()
    for (const item of items) {
      if (item.kind === 'text') say(item)
      else put(item)
    }
    if (dropped > 0) blockOfLines().skip(dropped)
    if (frame === 0) frame = requestAnimationFrame(drawWaiting)
  }

  const say = (item: TextItem): void => blockOfLines().add(item)

  function blockOfLines(): Lines {
    if (lines !== null) return lines
    lines = createLines()
    place.append(lines.element)
    return lines
  }

  function put(item: Drawable): void {
    if (!panels.has(item.id)) {
      const panel = createPanel(item)
      panels.set(item.id, panel)
      place.append(panel.element)
      // What is said from now on stands below it.
      lines = null
    }
    waiting.set(item.id, item)
  }

  function drawWaiting(): void {
    frame = 0
    for (const [id, item] of waiting) panels.get(id)?.show(item)
    waiting.clear()
    makeScrollers(place)
    for (const block of place.querySelectorAll('.lines')) block.scrollTop = block.scrollHeight
  }

  function fail({ name, message, line }: Failure, goTo: (line: number) => void): void {
    freshen()
    const box = element('div', { class: 'failure', role: 'alert' })
    if (line !== null) {
      const button = element('button', { type: 'button', class: 'quiet' }, `Line ${line}`)
      button.addEventListener('click', () => goTo(line))
      box.append(button)
    }
    box.append(element('p', {}, element('b', {}, name), ` ${message}`))
    place.append(box)
    lines = null
  }

  function end(): void {
    freshen()
  }

  let width = place.clientWidth
  new ResizeObserver(() => {
    if (place.clientWidth === width) return
    width = place.clientWidth
    for (const panel of panels.values()) panel.redraw()
  }).observe(place)

  return { begin, show, fail, end }
}
