import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as nd from '../src/index.ts'
import { counting, values } from './support.ts'

fc.configureGlobal({ seed: 2024, numRuns: 300 })

/** What a view shows, worked out by indices alone: for each of its positions, where the element stands in the base. */
interface Shown {
  readonly shape: readonly number[]
  readonly at: (index: readonly number[]) => number
}

/** One step of a chain: the view, and the same as a change of indices. */
interface Step {
  readonly view: (x: nd.NDArray) => nd.NDArray
  readonly shown: (x: Shown) => Shown
}

const pick = (from: number, count: number): number => from % Math.max(count, 1)

/** Numbers decide what a step does, so that every chain of them is possible, whatever the shape. */
function stepOf(kind: number, a: number, b: number, c: number, ndim: number, shape: readonly number[]): Step {
  const dim = pick(a, ndim)
  const size = shape[dim] ?? 1
  if (ndim === 0 || kind === 0) {
    const place = pick(a, ndim + 1)
    return {
      view: (x) => x.unsqueeze(place),
      shown: ({ shape: old, at }) => ({
        shape: old.toSpliced(place, 0, 1),
        at: (index) => at(index.toSpliced(place, 1)),
      }),
    }
  }
  if (kind === 1 && size > 0) {
    const index = pick(b, 2 * size) - size
    return {
      view: (x) => x.at(...new Array<string>(dim).fill(':'), index),
      shown: ({ shape: old, at }) => ({
        shape: old.toSpliced(dim, 1),
        at: (rest) => at(rest.toSpliced(dim, 0, index < 0 ? index + size : index)),
      }),
    }
  }
  if (kind === 2) {
    const step = [-3, -2, -1, 1, 2, 3][pick(c, 6)]!
    const [start, stop] = [pick(b, 2 * size + 3) - size - 1, pick(a + b + c, 2 * size + 3) - size - 1]
    const places = pythonSlice(size, start, stop, step)
    return {
      view: (x) => x.slice(dim, start, stop, step),
      shown: ({ shape: old, at }) => ({
        shape: old.with(dim, places.length),
        at: (index) => at(index.with(dim, places[index[dim]!]!)),
      }),
    }
  }
  if (kind === 3) {
    const other = pick(b, ndim)
    const swapped = <T>(list: readonly T[]): T[] => list.with(dim, list[other]!).with(other, list[dim]!)
    return {
      view: (x) => x.transpose(dim, other),
      shown: ({ shape: old, at }) => ({ shape: swapped(old), at: (index) => at(swapped(index)) }),
    }
  }
  if (kind === 4) {
    return {
      view: (x) => x.flip(dim),
      shown: ({ shape: old, at }) => ({ shape: old, at: (index) => at(index.with(dim, size - 1 - index[dim]!)) }),
    }
  }
  if (kind === 5 && size > 0) {
    const length = 1 + pick(b, size)
    const step = 1 + pick(c, 2)
    return {
      view: (x) => x.unfold(dim, length, { step }),
      shown: ({ shape: old, at }) => ({
        shape: [...old.with(dim, Math.floor((size - length) / step) + 1), length],
        at: (index) => at(index.slice(0, -1).with(dim, index[dim]! * step + index.at(-1)!)),
      }),
    }
  }
  const repeats = 1 + pick(b, 3)
  return {
    view: (x) => x.unsqueeze(0).expand([repeats, ...x.shape]),
    shown: ({ shape: old, at }) => ({ shape: [repeats, ...old], at: (index) => at(index.slice(1)) }),
  }
}

/** Positions of a Python slice, by its definition: clipped bounds, then steps. */
function pythonSlice(size: number, start: number, stop: number, step: number): number[] {
  const clip = (bound: number): number => {
    const from = bound < 0 ? bound + size : bound
    return step > 0 ? Math.min(Math.max(from, 0), size) : Math.min(Math.max(from, -1), size - 1)
  }
  const places: number[] = []
  for (let i = clip(start); step > 0 ? i < clip(stop) : i > clip(stop); i += step) places.push(i)
  return places
}

function indicesOf(shape: readonly number[]): number[][] {
  let indices: number[][] = [[]]
  for (const size of shape) indices = indices.flatMap((index) => [...Array(size).keys()].map((i) => [...index, i]))
  return indices
}

const shapes = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 })
const filledShapes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 })
const byte = fc.nat(255)
const chains = fc.array(fc.tuple(fc.nat(6), byte, byte, byte), { maxLength: 6 })

function follow(base: nd.NDArray, chain: readonly (readonly [number, number, number, number])[]) {
  let view = base
  let shown: Shown = {
    shape: base.shape,
    at: (index) => index.reduce((sum, i, dim) => sum + i * base.strides[dim]!, 0),
  }
  for (const [kind, a, b, c] of chain) {
    if (view.ndim > 6 || view.size > 500) break
    const step = stepOf(kind, a, b, c, view.ndim, view.shape)
    view = step.view(view)
    shown = step.shown(shown)
  }
  return { view, places: indicesOf(shown.shape).map(shown.at), shape: shown.shape }
}

describe('views of views', () => {
  test('show the elements that their indices name', () => {
    fc.assert(
      fc.property(shapes, chains, (shape, chain) => {
        const base = counting(nd, shape)
        const { view, places, shape: wanted } = follow(base, chain)
        expect(view.storage).toBe(base.storage)
        expect(view.shape).toEqual(wanted)
        expect(values(view)).toEqual(places)
        expect(values(view.add(0))).toEqual(places)
      }),
    )
  })

  test('reshape to the same elements in the same order', () => {
    fc.assert(
      fc.property(shapes, chains, (shape, chain) => {
        const { view, places } = follow(counting(nd, shape), chain)
        expect(values(view.reshape([-1]))).toEqual(places)
        expect(values(view.flatten())).toEqual(places)
      }),
    )
  })

  test('share memory exactly where they name an element in common', () => {
    fc.assert(
      fc.property(filledShapes, chains, chains, (shape, one, other) => {
        const base = counting(nd, shape)
        const [first, second] = [follow(base, one), follow(base, other)]
        const common = first.places.some((place) => second.places.includes(place))
        expect(nd.sharesMemory(first.view, second.view)).toBe(common)
      }),
    )
  })

  test('write to the elements that they show, and to no others', () => {
    fc.assert(
      fc.property(filledShapes, chains, (shape, chain) => {
        const base = nd.zeros(shape)
        const { view, places } = follow(base, chain)
        const once = new Set(places)
        fc.pre(once.size === places.length && places.length > 0)
        view.fill_(1)
        expect(values(base)).toEqual([...Array(base.size).keys()].map((i) => (once.has(i) ? 1 : 0)))
      }),
    )
  })
})

describe('shapes', () => {
  const outcome = (a: readonly number[], b: readonly number[]): readonly number[] | null => {
    try {
      return nd.broadcastShapes(a, b)
    } catch {
      return null
    }
  }

  test('broadcast alike from both sides, in any grouping, and to themselves', () => {
    fc.assert(
      fc.property(shapes, shapes, shapes, (a, b, c) => {
        expect(outcome(a, b)).toEqual(outcome(b, a))
        expect(outcome(a, a)).toEqual(a)
        const [ab, bc] = [outcome(a, b), outcome(b, c)]
        expect(ab && outcome(ab, c)).toEqual(bc && outcome(a, bc))
      }),
    )
  })

  test('of sums are those of the dims that are left, and all dims at once is one after another', () => {
    fc.assert(
      fc.property(filledShapes, byte, (shape, mask) => {
        const x = counting(nd, shape)
        const dims = shape.map((_, dim) => dim).filter((dim) => ((mask >> dim) & 1) === 1)
        const sum = x.sum(dims)
        expect(sum.shape).toEqual(shape.filter((_, dim) => !dims.includes(dim)))
        let folded = x
        for (const dim of dims.toReversed()) folded = folded.sum(dim)
        expect(values(folded)).toEqual(values(sum))
        expect(values(x.sum(dims, { keepdim: true }).flatten())).toEqual(values(sum.flatten()))
      }),
    )
  })

  test('come back from the inverse of a permutation', () => {
    fc.assert(
      fc.property(shapes, byte, (shape, seed) => {
        const order = shape.map((_, i) => i).sort((i, j) => ((seed >> i) & 1) - ((seed >> j) & 1) || j - i)
        const inverse = order.map((_, i) => order.indexOf(i))
        const x = counting(nd, shape)
        const back = x.permute(order).permute(inverse)
        expect([back.shape, back.strides]).toEqual([x.shape, x.strides])
        expect(nd.movedim(x, order, [...order.keys()]).shape).toEqual(x.permute(order).shape)
      }),
    )
  })
})

describe('sorting and searching', () => {
  const numbers = fc.array(fc.oneof(fc.integer({ min: -9, max: 9 }), fc.constantFrom(Number.NaN, -0, 0.5, 1e30)), {
    maxLength: 90,
  })

  test('a sort is a permutation in order, and stable', () => {
    fc.assert(
      fc.property(numbers, fc.boolean(), (list, descending) => {
        const x = nd.array(list)
        const { values: sorted, indices } = x.sort(-1, { descending })
        const places = values(indices)
        expect(places.toSorted((a, b) => a - b)).toEqual([...list.keys()])
        expect(values(sorted)).toEqual(values(nd.take(x, indices)))
        const rank = (value: number): number => (Number.isNaN(value) ? Number.POSITIVE_INFINITY : value)
        const ranks = values(sorted).map(rank)
        for (let i = 1; i < ranks.length; i++) {
          const order = descending ? ranks[i - 1]! - ranks[i]! : ranks[i]! - ranks[i - 1]!
          if (ranks[i] === ranks[i - 1]) expect(places[i]).toBeGreaterThan(places[i - 1]!)
          else expect(order).toBeGreaterThan(0)
        }
      }),
    )
  })

  test('the largest come as in a stable sort, however long the line, along any dim', () => {
    const few = fc.array(fc.constantFrom(0, 1, 2, -0, 3, Number.NaN), { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(few, fc.integer({ min: 1, max: 900 }), fc.nat(12), fc.nat(1), (list, length, k, dim) => {
        fc.pre(k <= length)
        const shape = dim === 0 ? [length, 2] : [2, length]
        const x = nd
          .array(Array.from({ length: 2 * length }, (_, i) => list[(i * i + i) % list.length]!))
          .reshape(shape)
        const { values: largest, indices } = nd.topk(x, k, dim)
        const sorted = x.sort(dim, { descending: true })
        expect(values(largest)).toEqual(values(sorted.values.slice(dim, 0, k)))
        expect(values(indices)).toEqual(values(sorted.indices.slice(dim, 0, k)))
      }),
    )
  })

  test('elements go behind all that are smaller, and on the right behind their equals', () => {
    fc.assert(
      fc.property(numbers, numbers, (list, wanted) => {
        const sorted = nd.array(list).sort().values
        const x = nd.array(wanted)
        const rank = (value: number): number => (Number.isNaN(value) ? Number.POSITIVE_INFINITY : value)
        const count = (is: (element: number, value: number) => boolean): number[] =>
          wanted.map(
            (value) => list.filter((element) => is(rank(Math.fround(element)), rank(Math.fround(value)))).length,
          )
        expect(values(nd.searchsorted(sorted, x))).toEqual(count((element, value) => element < value))
        expect(values(nd.searchsorted(sorted, x, { right: true }))).toEqual(count((element, value) => element <= value))
      }),
    )
  })

  test('differences undo running sums', () => {
    fc.assert(
      fc.property(filledShapes, byte, (shape, seed) => {
        const x = counting(nd, shape, -7)
        const dim = seed % shape.length
        const first = x.slice(dim, 0, 1)
        expect(values(nd.cat([first, nd.diff(x.cumsum(dim), { dim })], dim))).toEqual(values(x))
      }),
    )
  })
})
