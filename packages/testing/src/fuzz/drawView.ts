import type { ArrayLike } from '../conformance/module.ts'
import type { Random } from '../conformance/numbers.ts'

/** A view of some shape, and the shape of the array that it is of. */
export interface DrawnView {
  readonly base: readonly number[]
  readonly of: (base: ArrayLike) => ArrayLike
}

const wayNames = ['whole', 'repeated', 'cut', 'stepped', 'reversed'] as const
type Way = (typeof wayNames)[number]

/** A random way to lie in memory for an array of `shape`: its dims in any order, each whole, repeated, cut, stepped or reversed. */
export function drawView(random: Random, shape: readonly number[]): DrawnView {
  const below = (count: number): number => Math.floor(random() * count)
  const order = shape.map((_, dim) => dim)
  for (let i = order.length - 1; i > 0; i--) {
    const j = below(i + 1)
    ;[order[i], order[j]] = [order[j]!, order[i]!]
  }
  // Most dims whole, so that what is contiguous is met often enough.
  const ways = shape.map((): Way => (random() < 0.5 ? 'whole' : wayNames[below(wayNames.length)]!))
  const based = (dim: number): number => {
    const size = shape[dim]!
    return { whole: size, reversed: size, repeated: 1, cut: size + 3, stepped: 2 * size }[ways[dim]!]
  }
  return {
    base: order.map(based),
    of(base) {
      let view = base.permute(shape.map((_, dim) => order.indexOf(dim)))
      shape.forEach((size, dim) => {
        const way = ways[dim]
        if (way === 'cut') view = view.slice(dim, 2, size + 2)
        if (way === 'stepped') view = view.slice(dim, 0, 2 * size, 2)
        if (way === 'reversed') view = view.flip([dim])
      })
      return view.expand(shape)
    },
  }
}
