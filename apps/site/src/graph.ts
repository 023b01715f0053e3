import { instance } from '@viz-js/viz'

/** Graphviz's own tables of widths are for this family, so text fits its boxes. */
const FONT = 'Helvetica'

/**
 * A graph as SVG: top to bottom, since anything wider than a phone is unreadable there. Colours and fonts are the style
 * sheet's: what the graph does not colour itself is `currentColor`.
 * @throws {GraphError} where the text is not DOT.
 */
export async function drawGraph(dot: string): Promise<string> {
  const viz = await instance()
  const { status, output, errors } = viz.render(dot, {
    format: 'svg',
    graphAttributes: { rankdir: 'TB', bgcolor: 'transparent', nodesep: 0.3, ranksep: 0.35, fontname: FONT },
    nodeAttributes: { shape: 'box', style: 'rounded', fontname: FONT, fontsize: 12, height: 0.3, margin: '0.12,0.06' },
    edgeAttributes: { arrowsize: 0.6, fontname: FONT, fontsize: 10 },
  })
  if (status === 'failure') throw new GraphError(errors.map(({ message }) => message.trim()).join('; '))
  return styled(output)
}

/** Graphviz cannot read the graph; the message is its own. */
export class GraphError extends Error {
  override readonly name: string = 'GraphError'
}

/** Only the drawing: no prolog, no hard colours, and no titles, which would show ids when the pointer rests. */
const styled = (svg: string): string =>
  svg
    .slice(svg.indexOf('<svg'))
    .replace(/<!--[\s\S]*?-->\n?/g, '')
    .replace(/<title>[\s\S]*?<\/title>\n?/g, '')
    .replaceAll('stroke="black"', 'stroke="currentColor"')
    .replaceAll('fill="black"', 'fill="currentColor"')
    .replace(/<text (?![^>]*fill=)/g, '<text fill="currentColor" ')
    .replace(/ id="[^"]*"/g, '')
