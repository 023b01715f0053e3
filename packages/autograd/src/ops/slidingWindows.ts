import {
  composed,
  type Expr,
  elementwise,
  expr,
  formulas as f,
  NDArray,
  type Program,
  program,
  updateInPlace,
} from '@rungs/ndarray'
import type { Context, Gradients } from '../graph.ts'
import { defineOperator } from '../operator.ts'
import { Tensor } from '../tensor.ts'
import { padded, type Windows } from './windows.ts'

// Sums and maxima over windows along one dim; those over rectangles are one dim after the other. A window is small: its places
// (the first element of every window, the second …) are views, and one kernel goes over several of them at once. As reductions
// of windows of four elements these took ten times as long.

/** `places` says which place of each window is meant, an int32; null for all of them. */
type Along = (x: Tensor, dim: number, windows: Windows, places: Tensor | null) => Tensor

const sumOperator = defineOperator({
  name: 'WindowSum',
  forward(ctx: Context, [x, places]: [Tensor, Tensor | null], dim: number, windows: Windows, _chosen: boolean) {
    ctx.save(places)
    return sumsOf(x.array, dim, windows, places?.array ?? null)
  },
  backward: (ctx, g, dim, windows, chosen): Gradients => [
    windowSpread(g, dim, windows, chosen ? ctx.saved(0) : null),
    null,
  ],
})

/** Sums over windows, of the chosen places alone where some are. */
export const windowSum: Along = (x, dim, windows, places) => sumOperator([x, places], dim, windows, places !== null)

const spreadOperator = defineOperator({
  name: 'WindowSpread',
  forward(ctx: Context, [y, places]: [Tensor, Tensor | null], dim: number, windows: Windows, _chosen: boolean) {
    ctx.save(places)
    return spreadOf(y.array, dim, windows, places?.array ?? null)
  },
  backward: (ctx, g, dim, windows, chosen): Gradients => [
    windowSum(g, dim, windows, chosen ? ctx.saved(0) : null),
    null,
  ],
})

/** The reverse: the number of each window added to all its elements, or to the chosen ones alone. */
export const windowSpread: Along = (y, dim, windows, places) =>
  spreadOperator([y, places], dim, windows, places !== null)

const maxOperator = defineOperator({
  name: 'WindowMax',
  forward(ctx: Context, [x]: [Tensor], dim: number, windows: Windows) {
    const { values, places } = maximaOf(x.array, dim, windows)
    if (ctx.needs(0)) ctx.save(new Tensor(places))
    else places.dispose()
    return values
  },
  backward: (ctx, g, dim, windows): Gradients => [windowSpread(g, dim, windows, ctx.saved(0))],
})

/** The largest of each window; its gradient goes to the first of several. */
export const windowMax = (x: Tensor, dim: number, windows: Windows): Tensor => maxOperator([x], dim, windows)

/** Places that one kernel takes. */
const AT_ONCE = 8

/** For each place in a window, the elements that stand there. */
const placesIn = (x: NDArray, dim: number, { output, size, stride, dilation }: Windows): NDArray[] =>
  Array.from({ length: size }, (_, k) => x.slice(dim, k * dilation, k * dilation + (output - 1) * stride + 1, stride))

const around = (x: NDArray, dim: number, windows: Windows, value: number): NDArray =>
  padded(x, [windows, ...new Array<null>(x.ndim - 1 - dim).fill(null)], value)

/** Kernels for so many places from `from` on, made when first needed. */
function programs(make: (count: number, from: number) => Program): (count: number, from: number) => Program {
  const made = new Map<number, Program>()
  return (count, from) => {
    const key = from * AT_ONCE + count - 1
    let found = made.get(key)
    if (found === undefined) {
      found = make(count, from)
      made.set(key, found)
    }
    return found
  }
}

const inputs = (count: number, from: number): Expr[] => Array.from({ length: count }, (_, i) => expr.input(from + i))

// Inputs: the sum so far (but for the first kernel), then the elements at each place.
const sumAll = programs((count, from) =>
  program(inputs(count + (from > 0 ? 1 : 0), 0).reduce((sum, x) => f.add(sum, x))),
)
// Inputs: which place is chosen, the sum so far (but for the first kernel), then the elements at each place.
const sumChosen = programs((count, from) => {
  const chosen = inputs(count, from > 0 ? 2 : 1).map((x, i) => expr.where(f.eq(f.x0, from + i), x, expr.constant(0)))
  return program((from > 0 ? [f.x1, ...chosen] : chosen).reduce((sum, x) => f.add(sum, x)))
})

export function sumsOf(x: NDArray, dim: number, windows: Windows, chosen: NDArray | null): NDArray {
  return composed(() => {
    const places = placesIn(around(x, dim, windows, 0), dim, windows)
    const before = chosen === null ? [] : [chosen]
    const programOf = chosen === null ? sumAll : sumChosen
    const first = places.slice(0, AT_ONCE)
    const sums = elementwise('windowSum', programOf(first.length, 0), [...before, ...first])
    for (let from = AT_ONCE; from < places.length; from += AT_ONCE) {
      const next = places.slice(from, from + AT_ONCE)
      updateInPlace('windowSum', programOf(next.length, from), [sums], [...before, sums, ...next])
    }
    return sums
  })
}

// Inputs: the numbers of windows, which place is chosen, and the sum so far; s0 is the place.
const ifChosen = expr.where(f.eq(f.x1, expr.scalar(0)), f.x0, expr.constant(0))
const [setChosen, addChosen] = [program(ifChosen), program(f.add(f.x2, ifChosen))]

/** Every element is in one window. */
const tiles = ({ input, before, output, size, stride, dilation }: Windows): boolean =>
  before === 0 && dilation === 1 && stride === size && output * size === input

function spreadOf(y: NDArray, dim: number, windows: Windows, chosen: NDArray | null): NDArray {
  const { input, before, output, size, stride, dilation } = windows
  const once = tiles(windows)
  return composed(() => {
    const out = NDArray.allocate(y.device, y.dtype, y.shape.with(dim, input))
    if (!once) out.fill_(0)
    for (let k = 0; k < size; k++) {
      // Of the windows whose place k is inside: the first and the last.
      const first = Math.max(0, Math.ceil((before - k * dilation) / stride))
      const last = Math.min(output - 1, Math.floor((input - 1 + before - k * dilation) / stride))
      if (last < first) continue
      const at = first * stride + k * dilation - before
      const elements = out.slice(dim, at, at + (last - first) * stride + 1, stride)
      const numbers = y.slice(dim, first, last + 1)
      if (chosen !== null) {
        const places = chosen.slice(dim, first, last + 1)
        const inputs = once ? [numbers, places] : [numbers, places, elements]
        updateInPlace('windowSpread', once ? setChosen : addChosen, [elements], inputs, [k])
      } else if (once) elements.copy_(numbers)
      else elements.add_(numbers)
    }
    return out
  })
}

// Inputs: the largest so far and its place (but for the first kernel), then the elements at each place.
const largest = programs((count, from) => {
  const elements = inputs(count, from > 0 ? 2 : 0)
  const start = from > 0 ? [f.x0, f.x1] : [elements.shift()!, expr.constant(0, 'int32')]
  const found = elements.reduce(([value, place], x, i) => {
    // As in PyTorch the first of equals wins, and the last NaN.
    const isLarger = f.or(f.gt(x, value!), f.isNaN(x))
    const here = expr.constant(from > 0 ? from + i : i + 1, 'int32')
    return [expr.where(isLarger, x, value!), expr.where(isLarger, here, place!)]
  }, start)
  return program(...found)
})

/** The largest of each window, and the place in it where that stands. */
export function maximaOf(x: NDArray, dim: number, windows: Windows): { values: NDArray; places: NDArray } {
  return composed(() => {
    const elements = placesIn(around(x, dim, windows, Number.NEGATIVE_INFINITY), dim, windows)
    const shape = x.shape.with(dim, windows.output)
    const values = NDArray.allocate(x.device, x.dtype, shape)
    const places = NDArray.allocate(x.device, 'int32', shape)
    for (let from = 0; from < elements.length; from += AT_ONCE) {
      const next = elements.slice(from, from + AT_ONCE)
      const soFar = from > 0 ? [values, places] : []
      updateInPlace('windowMax', largest(next.length, from), [values, places], [...soFar, ...next])
    }
    return { values, places }
  })
}
