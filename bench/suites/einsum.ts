import { uniform } from '../lib/data.ts'
import type { Column, Suite } from '../lib/suite.ts'

/** Float32 operands of an equation. */
export interface Einsum {
  readonly suite: 'einsum'
  readonly equation: string
  readonly shapes: readonly (readonly number[])[]
}

const column = (equation: string, ...shapes: number[][]): Column<Einsum> => ({
  title: equation,
  what: { suite: 'einsum', equation, shapes },
})

export const einsum: Suite<Einsum> = {
  id: 'einsum',
  title: 'Einsum',
  about:
    'Batch products, attention, tensor networks, and the small change of traces, sums and outer products; plans are made before ' +
    'the time begins where a library can. “Bare contract” makes the same kernels on views that were made before: what einsum ' +
    'costs beside them is the difference.',
  columns: [
    column('ik,kj->ij', [64, 64], [64, 64]),
    column('bij,bjk->bik', [16, 32, 32], [16, 32, 32]),
    column('bij,bkj->bik', [16, 32, 32], [16, 32, 32]),
    column('ij,j->i', [256, 256], [256]),
    column('bi,bi->b', [64, 64], [64, 64]),
    column('bqhd,bkhd->bhqk', [2, 32, 4, 16], [2, 32, 4, 16]),
    column('bhqk,bkhd->bqhd', [2, 4, 32, 32], [2, 32, 4, 16]),
    column('bqhd,bkhd,bkhe->bqhe', [2, 64, 4, 8], [2, 64, 4, 8], [2, 64, 4, 8]),
    column('btc,chd->bthd', [2, 32, 64], [64, 4, 16]),
    column('bthd,hde->bte', [2, 32, 4, 16], [4, 16, 64]),
    column('ab,bc,cd,de->ae', [8, 32], [32, 16], [16, 64], [64, 8]),
    column('ea,fb,abcd,gc,hd->efgh', [8, 8], [8, 8], [8, 8, 8, 8], [8, 8], [8, 8]),
    column('abc,cd,bde->ae', [4, 8, 16], [16, 16], [8, 16, 4]),
    column('bn,anm,bm->ba', [16, 32], [24, 32, 16], [16, 16]),
    column('abcd,cefd,bg->aefg', [6, 6, 6, 6], [6, 6, 6, 6], [6, 6]),
    column('ii->', [256, 256]),
    column('i,i->', [1000], [1000]),
    column('i,j->ij', [256], [256]),
    column('ij,ij->ij', [256, 256], [256, 256]),
    column('ijk->ik', [32, 32, 32]),
  ],
  expected: (what) => {
    const [terms, output] = what.equation.split('->') as [string, string]
    const labels = terms.split(',')
    const arrays = operandsOf(what).map((data, i) => labelled(data, labels[i]!, what.shapes[i]!))
    return arrays
      .slice(1)
      .concat(ONE)
      .reduce((left, right, i) => multiply(left, right, labels.slice(i + 2).join('') + output), arrays[0]!)
      .order(output)
  },
}

export const operandsOf = ({ shapes }: Einsum): Float32Array[] =>
  shapes.map((shape, i) =>
    uniform(
      shape.reduce((a, b) => a * b, 1),
      20 + i,
      2,
    ),
  )

/** An array that is read by labels. */
interface Labelled {
  readonly sizes: ReadonlyMap<string, number>
  /** The element at positions by label. */
  at(positions: ReadonlyMap<string, number>): number
  /** All elements, in the order of some labels. */
  order(labels: string): Float64Array
}

function labelled(data: ArrayLike<number>, labels: string, shape: readonly number[]): Labelled {
  const sizes = new Map(Array.from(labels, (label, dim) => [label, shape[dim]!]))
  const at: Labelled['at'] = (positions) => {
    let index = 0
    for (let dim = 0; dim < shape.length; dim++) index = index * shape[dim]! + positions.get(labels[dim]!)!
    return data[index]!
  }
  const order = (wanted: string): Float64Array => {
    const out: number[] = []
    walk([...wanted], sizes, (positions) => out.push(at(positions)))
    return Float64Array.from(out)
  }
  return { sizes, at, order }
}

const ONE = labelled([1], '', [])

/** In float64, by the definition; labels that nobody wants any more are summed. */
function multiply(a: Labelled, b: Labelled, wanted: string): Labelled {
  const sizes = new Map([...a.sizes, ...b.sizes])
  const kept = [...sizes.keys()].filter((label) => wanted.includes(label))
  const summed = [...sizes.keys()].filter((label) => !wanted.includes(label))
  const out: number[] = []
  walk(kept, sizes, (outer) => {
    let sum = 0
    walk(summed, sizes, (positions) => (sum += a.at(positions) * b.at(positions)), outer)
    out.push(sum)
  })
  return labelled(
    out,
    kept.join(''),
    kept.map((label) => sizes.get(label)!),
  )
}

/** Every position of some labels, the last running fastest. */
function walk(
  labels: readonly string[],
  sizes: ReadonlyMap<string, number>,
  visit: (positions: ReadonlyMap<string, number>) => void,
  positions: Map<string, number> | ReadonlyMap<string, number> = new Map(),
): void {
  const here = new Map(positions)
  const go = (depth: number): void => {
    if (depth === labels.length) {
      visit(here)
      return
    }
    for (let i = 0; i < sizes.get(labels[depth]!)!; i++) {
      here.set(labels[depth]!, i)
      go(depth + 1)
    }
  }
  go(0)
}
