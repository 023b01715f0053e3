import type { GraphItem } from '@rungs/lesson'
import { element } from '../dom.ts'

/** Drawings made when the site was built, by the text of their graphs. */
type Drawn = Readonly<Record<string, string>>

let drawn: Promise<Drawn> | null = null

/** A graph; Graphviz itself is loaded only for one that was not drawn ahead. */
export function drawGraphItem({ dot }: GraphItem): Node {
  const place = element(
    'div',
    { class: 'graph scroller', 'aria-hidden': 'true' },
    element('p', { class: 'note' }, 'Drawing …'),
  )
  toSvg(dot).then(
    (svg) => place.replaceChildren(svg),
    (error: Error) =>
      place.replaceChildren(element('p', { class: 'note' }, `The graph cannot be drawn: ${error.message}`)),
  )
  return place
}

async function toSvg(dot: string): Promise<Node> {
  drawn ??= fetchDrawn()
  const text = (await drawn)[dot] ?? (await drawNow(dot))
  const root = new DOMParser().parseFromString(text, 'image/svg+xml').documentElement
  return document.importNode(root, true)
}

async function fetchDrawn(): Promise<Drawn> {
  const response = await fetch('graphs.json')
  return response.ok ? ((await response.json()) as Drawn) : {}
}

async function drawNow(dot: string): Promise<string> {
  const { drawGraph } = await import('../../graph.ts')
  return drawGraph(dot)
}
