import { checkOptions, formatShape } from '@rungs/ndarray'
import { AutogradError } from './errors.ts'
import type { Node } from './graph.ts'
import type { Tensor } from './tensor.ts'

export interface DotOptions {
  /** What leaves are called: `{ w1, w2 }`, or a module's `namedParameters()`. */
  readonly names?: Readonly<Record<string, Tensor>> | Iterable<readonly [name: string, tensor: Tensor]>
}

/**
 * The recorded graph behind a tensor in Graphviz's DOT language: a box for each operation with the shape of its result, an
 * ellipse for each leaf with its name and shape, arrows in the direction in which values went.
 * @throws {AutogradError} for a tensor without a graph.
 */
export function graphToDot(output: Tensor, options: DotOptions = {}): string {
  checkOptions(options, ['names'], 'graphToDot')
  const { names = {} } = options
  const { gradFn } = output
  if (gradFn === null) {
    throw new AutogradError(
      `graphToDot: this tensor of shape ${formatShape(output.shape)} is not the result of a recorded operation; compute it ` +
        'from tensors that require a gradient, outside noGrad',
    )
  }
  const nameOf = new Map(Array.from(entries(names), ([name, tensor]) => [tensor, name] as const))
  const numbers = new Map<Node, number>([[gradFn, 0]])
  const lines: string[] = []
  // The map grows while it is walked: every node behind the output comes by once.
  for (const [node, number] of numbers) {
    lines.push(`  n${number} [${describe(node, nameOf)}]`)
    for (const edge of node.edges) {
      if (edge === null) continue
      const behind = numbers.get(edge) ?? numbers.size
      numbers.set(edge, behind)
      lines.push(`  n${behind} -> n${number}`)
    }
  }
  return ['digraph {', '  node [fontname="sans-serif", fontsize=12]', ...lines, '}'].join('\n')
}

function describe({ leaf, name, shape }: Node, nameOf: ReadonlyMap<Tensor, string>): string {
  const title = leaf === null ? name : nameOf.get(leaf)
  const label = [title, formatShape(shape)]
    .filter((line) => line !== undefined)
    .map(escaped)
    .join('\\n')
  return `label="${label}", shape=${leaf === null ? 'box' : 'ellipse'}`
}

const escaped = (text: string): string => text.replaceAll(/["\\]/g, '\\$&')

const entries = (names: NonNullable<DotOptions['names']>): Iterable<readonly [string, Tensor]> =>
  Symbol.iterator in names ? (names as Iterable<readonly [string, Tensor]>) : Object.entries(names)
