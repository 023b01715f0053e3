import { describe, expect, test } from 'vitest'
import * as nd from '../src/index.ts'
import { counting, values } from './support.ts'

const grid = (): nd.NDArray => counting(nd, [3, 4])
const cube = (): nd.NDArray => counting(nd, [2, 3, 4])

/** A view, its shape, its strides and its elements. */
type Row = [what: string, view: (x: nd.NDArray) => nd.NDArray, shape: number[], strides: number[], elements: number[]]

const views: Row[] = [
  ['reshape', (x) => x.reshape([2, 6]), [2, 6], [6, 1], [...Array(12).keys()]],
  ['reshape with -1', (x) => x.reshape([-1, 3]), [4, 3], [3, 1], [...Array(12).keys()]],
  ['flatten', (x) => x.flatten(), [12], [1], [...Array(12).keys()]],
  ['transpose', (x) => x.transpose(0, 1), [4, 3], [1, 4], [0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11]],
  ['T', (x) => x.T, [4, 3], [1, 4], [0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11]],
  ['t()', (x) => x.t(), [4, 3], [1, 4], [0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11]],
  ['permute', (x) => x.permute([-1, 0]), [4, 3], [1, 4], [0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11]],
  ['unsqueeze in front', (x) => x.unsqueeze(0), [1, 3, 4], [12, 4, 1], [...Array(12).keys()]],
  ['unsqueeze behind', (x) => x.unsqueeze(-1), [3, 4, 1], [4, 1, 1], [...Array(12).keys()]],
  ['squeeze of what is not 1', (x) => x.squeeze(-1), [3, 4], [4, 1], [...Array(12).keys()]],
  ['squeeze', (x) => x.unsqueeze(1).unsqueeze(0).squeeze(), [3, 4], [4, 1], [...Array(12).keys()]],
  ['slice', (x) => x.slice(0, 1), [2, 4], [4, 1], [4, 5, 6, 7, 8, 9, 10, 11]],
  ['slice with a step', (x) => x.slice(1, 0, 4, 2), [3, 2], [4, 2], [0, 2, 4, 6, 8, 10]],
  ['slice from the end', (x) => x.slice(1, -2), [3, 2], [4, 1], [2, 3, 6, 7, 10, 11]],
  ['slice backwards', (x) => x.slice(0, undefined, undefined, -2), [2, 4], [-8, 1], [8, 9, 10, 11, 0, 1, 2, 3]],
  ['slice beyond the end', (x) => x.slice(1, 2, 99), [3, 2], [4, 1], [2, 3, 6, 7, 10, 11]],
  ['empty slice', (x) => x.slice(0, 2, 1), [0, 4], [4, 1], []],
  ['flip', (x) => x.slice(0, 0, 1).flip(1), [1, 4], [4, -1], [3, 2, 1, 0]],
  ['flip of both', (x) => x.flip([0, -1]), [3, 4], [-4, -1], [11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]],
  ['diagonal', (x) => x.diagonal(), [3], [5], [0, 5, 10]],
  ['diagonal above', (x) => x.diagonal({ offset: 2 }), [2], [5], [2, 7]],
  ['diagonal below', (x) => x.diagonal({ offset: -1 }), [2], [5], [4, 9]],
  ['diagonal of swapped dims', (x) => x.diagonal({ dim0: 1, dim1: 0, offset: 1 }), [2], [5], [4, 9]],
  ['diagonal outside', (x) => x.diagonal({ offset: 9 }), [0], [5], []],
  ['unfold', (x) => x.slice(0, 0, 1).unfold(1, 2), [1, 3, 2], [4, 1, 1], [0, 1, 1, 2, 2, 3]],
  [
    'unfold with step and dilation',
    (x) => x.unfold(1, 2, { step: 1, dilation: 3 }),
    [3, 1, 2],
    [4, 1, 3],
    [0, 3, 4, 7, 8, 11],
  ],
  ['expand of a new dim', (x) => x.at(0).expand([2, 4]), [2, 4], [0, 1], [0, 1, 2, 3, 0, 1, 2, 3]],
  ['expand of a dim of 1', (x) => x.at(':', ':1').expand([-1, 2]), [3, 2], [4, 0], [0, 0, 4, 4, 8, 8]],
  [
    'view of everything at once',
    (x) => x.T.flip(0).slice(1, 1).unsqueeze(1),
    [4, 1, 2],
    [-1, 8, 4],
    [7, 11, 6, 10, 5, 9, 4, 8],
  ],
]

describe("a view shares its array's memory", () => {
  test.each(views)('%s', (_, view, shape, strides, elements) => {
    const base = grid()
    const seen = view(base)
    expect(seen.shape).toEqual(shape)
    expect(seen.strides).toEqual(strides)
    expect(seen.storage).toBe(base.storage)
    expect(values(seen)).toEqual(elements)
    base.add_(100)
    expect(values(seen)).toEqual(elements.map((value) => value + 100))
  })

  test.each(views.filter(([, , , , elements]) => new Set(elements).size === elements.length))(
    'writing through %s changes the array at exactly those places',
    (_, view, __, ___, elements) => {
      const base = grid()
      view(base).fill_(-1)
      expect(values(base)).toEqual([...Array(12).keys()].map((value) => (elements.includes(value) ? -1 : value)))
    },
  )

  test.each(views)(
    'a contiguous copy of %s has the same elements in memory of its own',
    (_, view, shape, __, elements) => {
      const base = grid()
      for (const copy of [view(base).clone(), view(base).copy()]) {
        expect(copy.storage).not.toBe(base.storage)
        expect([copy.isContiguous, copy.shape, values(copy)]).toEqual([true, shape, elements])
      }
      const contiguous = view(base).contiguous()
      expect([contiguous.isContiguous, values(contiguous)]).toEqual([true, elements])
    },
  )
})

describe('reshape', () => {
  test.each<[what: string, view: (x: nd.NDArray) => nd.NDArray, shape: number[], shared: boolean]>([
    ['a contiguous array', (x) => x, [6, 4], true],
    ['the kept dims of a transpose', (x) => x.permute([1, 0, 2]), [3, 2, 2, 2], true],
    ['across dims of a transpose', (x) => x.permute([1, 0, 2]), [6, 4], false],
    ['a slice of the outer dim', (x) => x.slice(0, 1), [12], true],
    ['a slice of the inner dim', (x) => x.slice(2, 0, 2), [12], false],
    ['a flipped dim split', (x) => x.flip(2), [2, 3, 2, 2], true],
    ['a flipped array made flat', (x) => x.flip([0, 1, 2]), [24], true],
    ['an expanded dim split', (x) => x.unsqueeze(0).expand([4, 2, 3, 4]), [2, 2, 24], true],
    ['an expanded dim merged with another', (x) => x.unsqueeze(0).expand([4, 2, 3, 4]), [8, 12], false],
    ['dims of 1 added anywhere', (x) => x.T, [1, 4, 1, 3, 2, 1], true],
    ['no elements', (x) => x.slice(0, 0, 0), [0, 7], true],
    ['a 0-d array', (x) => x.at(0, 0, 0), [1, 1], true],
  ])('of %s is right, and copies only where it must', (_, view, shape, shared) => {
    const base = cube()
    const seen = view(base)
    const reshaped = seen.reshape(shape)
    expect(reshaped.shape).toEqual(shape)
    expect(values(reshaped)).toEqual(values(seen))
    expect(reshaped.storage === base.storage).toBe(shared)
  })
})

describe('several windows on one array', () => {
  test('a two-dimensional unfold sees every patch', () => {
    const patches = counting(nd, [3, 3]).unfold(0, 2).unfold(1, 2)
    expect(patches.shape).toEqual([2, 2, 2, 2])
    expect(patches.toArraySync()).toEqual([
      [
        [
          [0, 1],
          [3, 4],
        ],
        [
          [1, 2],
          [4, 5],
        ],
      ],
      [
        [
          [3, 4],
          [6, 7],
        ],
        [
          [4, 5],
          [7, 8],
        ],
      ],
    ])
    expect(patches.sum([2, 3]).toArraySync()).toEqual([
      [8, 12],
      [20, 24],
    ])
  })

  test('0-d arrays have views too', () => {
    const x = nd.array(5)
    expect(x.T.shape).toEqual([])
    expect(x.flatten().shape).toEqual([1])
    expect(x.unsqueeze(0).shape).toEqual([1])
    expect(x.expand([2, 3]).sum().itemSync()).toBe(30)
    expect(x.unfold(0, 1).shape).toEqual([1])
    expect(x.transpose(0, -1).itemSync()).toBe(5)
  })

  test('expand of the shape an array has is that array', () => {
    const x = grid()
    expect(x.expand([3, 4])).toBe(x)
    expect(x.expandAs(nd.zeros([2, 3, 4])).shape).toEqual([2, 3, 4])
  })
})
