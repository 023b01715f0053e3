import { instance } from '@viz-js/viz'

/** As wide, letter by letter, as the font that the style sheet gives to graphs, so that text fits its boxes. */
const FONT = 'Courier'

/**
 * A graph as SVG: top to bottom, since anything wider than a phone is unreadable there. Fonts are the style sheet's, and
 * colours too: what the graph does not colour itself is `currentColor`.
 * @throws {GraphError} where the text is not DOT.
 */
export async function drawGraph(dot: string): Promise<string> {
  const viz = await instance()
  const { status, output, errors } = viz.render(dot.replace(/\bfontname\s*=\s*(?:"[^"]*"|\w+)/g, `fontname=${FONT}`), {
    format: 'svg',
    graphAttributes: { rankdir: 'TB', bgcolor: 'transparent', nodesep: 0.3, ranksep: 0.35, fontname: FONT },
    nodeAttributes: { shape: 'box', style: 'rounded', fontname: FONT, fontsize: 10, height: 0.3, margin: '0.12,0.06' },
    edgeAttributes: { arrowsize: 0.6, fontname: FONT, fontsize: 9 },
  })
  if (status === 'failure') throw new GraphError(errors.map(({ message }) => message.trim()).join('; '))
  return styled(output)
}

/** Graphviz cannot read the graph; the message is its own. */
export class GraphError extends Error {
  override readonly name: string = 'GraphError'
}

/** Only the drawing: no prolog, no links, no hard colours and fonts, no titles, which show ids where the pointer rests. */
const styled = (svg: string): string =>
  svg
    .slice(svg.indexOf('<svg'))
    .replace(/<!--[\s\S]*?-->\n?/g, '')
    .replace(/<title>[\s\S]*?<\/title>\n?/g, '')
    .replaceAll('stroke="black"', 'stroke="currentColor"')
    .replaceAll('fill="black"', 'fill="currentColor"')
    .replace(/<text (?![^>]*fill=)/g, '<text fill="currentColor" ')
    .replace(/<\/?a\b[^>]*>\n?/g, '')
    .replace(/ (?:id|font-family)="[^"]*"/g, '')
