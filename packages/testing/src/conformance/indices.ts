import { type ConformanceCase, ConformanceError, expectSame } from './check.ts'
import { arrayOf } from './elementwise.ts'
import type { ArrayLike, DeviceLike, DType, ModuleLike } from './module.ts'
import { integersFrom, seededRandom, smallValues } from './numbers.ts'
import { groupsOf } from './reduceList.ts'
import { elementsOf, VIEW_SHAPE, viewKinds } from './viewKinds.ts'

const product = (shape: readonly number[]): number => shape.reduce((total, size) => total * size, 1)

/** For each element of an index array: where it points in an array of `shape`, flat. */
function targetsOf(
  index: readonly number[],
  indexShape: readonly number[],
  shape: readonly number[],
  dim: number,
): number[] {
  const places = groupsOf([...index.keys()], indexShape, []).map(([flat]) => flat!)
  return places.map((flat) => {
    let [rest, at, scale] = [flat, 0, 1]
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const place = rest % indexShape[axis]!
      rest = Math.floor(rest / indexShape[axis]!)
      const to = index[flat]! < 0 ? index[flat]! + shape[dim]! : index[flat]!
      at += (axis === dim ? to : place) * scale
      scale *= shape[axis]!
    }
    return at
  })
}

/** Reading and writing where integer arrays point: duplicates, negative ones, ones outside, along every dim. */
export function indexCases(nd: ModuleLike, device: DeviceLike): ConformanceCase[] {
  const ints = (values: readonly number[], shape: readonly number[], dtype: DType = 'int32'): ArrayLike =>
    arrayOf(nd, device, values, dtype, shape)
  const shapes: readonly (readonly [shape: readonly number[], index: readonly number[], dim: number])[] = [
    [[5], [9], 0],
    [[4, 6], [7, 6], 0],
    [[4, 6], [3, 5], 0],
    [[4, 6], [4, 9], 1],
    [[2, 3, 4], [2, 5, 4], 1],
    [[2, 3, 4], [1, 3, 70], 2],
    [[300, 2], [257, 2], 0],
    [[1], [65], 0],
    [[3, 4], [0, 4], 0],
  ]

  const gathers = [...device.dtypes].map((dtype) => ({
    name: `gather of ${dtype} along every dim`,
    async run() {
      await Promise.all(
        shapes.map(async ([shape, indexShape, dim]) => {
          const memory = smallValues(seededRandom(1), dtype, product(shape))
          const index = integersFrom(seededRandom(2), -shape[dim]!, shape[dim]! - 1, product(indexShape))
          const out = nd.gather(arrayOf(nd, device, memory, dtype, shape), dim, ints(index, indexShape))
          const wanted = targetsOf(index, indexShape, shape, dim).map((at) => memory[at]!)
          expectSame(`[${indexShape}] of [${shape}] along ${dim}`, await out.toTypedArray(), wanted)
        }),
      )
    },
  }))

  const gatherViews: ConformanceCase = {
    name: 'gather from every view, by an index that is a view',
    async run() {
      await Promise.all(
        viewKinds.map(async (kind) => {
          const memory = integersFrom(seededRandom(3), -50, 50, product(kind.base))
          const x = kind.of(arrayOf(nd, device, memory, 'float32', kind.base))
          const elements = elementsOf(x, memory)
          for (const dim of [0, 1]) {
            const list = integersFrom(seededRandom(4), -VIEW_SHAPE[dim]!, VIEW_SHAPE[dim]! - 1, 24)
            const index = ints(list, [6, 4]).permute([1, 0]).flip([1])
            const wanted = targetsOf(elementsOf(index, list), VIEW_SHAPE, VIEW_SHAPE, dim).map((at) => elements[at]!)
            expectSame(`${kind.name} along ${dim}`, await nd.gather(x, dim, index).toTypedArray(), wanted)
          }
          const rows = nd.indexSelect(x, 0, ints([3, -1, 0], [3]))
          expectSame(
            `rows of ${kind.name}`,
            await rows.toTypedArray(),
            [3, 3, 0].flatMap((row) => elements.slice(row * 6, row * 6 + 6)),
          )
        }),
      )
    },
  }

  const rows: ConformanceCase = {
    name: 'rows of every length, forwards and backwards, by an index that repeats them',
    async run() {
      for (const n of [1, 5, 63, 64, 65, 130, 300]) {
        const memory = integersFrom(seededRandom(n), -50, 50, 4 * n)
        const x = arrayOf(nd, device, memory, 'float32', [4, n])
        for (const view of [x, x.flip([1]), x.slice(1, 1)]) {
          const width = view.shape[1]!
          const elements = elementsOf(view, memory)
          expectSame(
            `rows of ${width}`,
            await nd.indexSelect(view, 0, ints([3, -1, 0, 3, -4], [5])).toTypedArray(),
            [3, 3, 0, 3, 0].flatMap((row) => elements.slice(row * width, (row + 1) * width)),
          )
        }
      }
    },
  }

  const adds = (['float32', 'int32', 'uint32'] as const)
    .filter((dtype) => device.dtypes.has(dtype))
    .map((dtype) => ({
      name: `scatterAdd of ${dtype} with duplicates along every dim`,
      async run() {
        await Promise.all(
          shapes.map(async ([shape, indexShape, dim]) => {
            const memory = smallValues(seededRandom(5), dtype, product(shape))
            const index = integersFrom(seededRandom(6), -shape[dim]!, shape[dim]! - 1, product(indexShape))
            const source = smallValues(seededRandom(7), dtype, product(indexShape))
            const x = arrayOf(nd, device, memory, dtype, shape)
            const out = nd.scatterAdd(x, dim, ints(index, indexShape), arrayOf(nd, device, source, dtype, indexShape))
            const wanted = [...memory]
            targetsOf(index, indexShape, shape, dim).forEach((at, i) => {
              wanted[at]! += source[i]!
            })
            expectSame(
              `[${indexShape}] into [${shape}] along ${dim}`,
              await out.toTypedArray(),
              wanted.map((value) => value + 0),
            )
            expectSame('its input', await x.toTypedArray(), memory)
          }),
        )
      },
    }))

  const sets: ConformanceCase = {
    name: 'of equal positions the last write wins, in every writable view',
    async run() {
      for (const kind of viewKinds.filter(({ writable }) => writable)) {
        const memory = integersFrom(seededRandom(8), -50, 50, product(kind.base))
        const x = kind.of(arrayOf(nd, device, memory, 'float32', kind.base))
        const elements = elementsOf(x, memory)
        const list = [2, -1, 2, 0, 3, 2]
        const source = integersFrom(seededRandom(9), 100, 200, 36)
        x.set([ints(list, [6]) as never], arrayOf(nd, device, source, 'float32', [6, 6]) as never)
        list.forEach((row, i) => {
          elements.splice(((row + 4) % 4) * 6, 6, ...source.slice(i * 6, i * 6 + 6))
        })
        expectSame(kind.name, await x.toTypedArray(), elements)
      }
    },
  }

  const order: ConformanceCase = {
    name: 'many additions to few places are the same each time',
    async run() {
      const random = seededRandom(10)
      const source = Array.from({ length: 3000 }, () => Math.fround(random() * 10 ** (random() * 8 - 4)))
      const index = ints(integersFrom(random, 0, 6, 3000), [3000])
      const add = () =>
        nd
          .indexAdd(nd.full([7], 0, { device }), 0, index, arrayOf(nd, device, source, 'float32', [3000]))
          .toTypedArray()
      const first = await add()
      for (let i = 0; i < 3; i++) expectSame('again', await add(), first)
    },
  }

  const outside = [
    ['gather', 3],
    ['gather', -4],
    ['gather', 2147483647],
    ['indexSelect', 3],
    ['scatterAdd', 3],
    ['scatterAdd', -2147483648],
  ] as const
  const errors = outside.map(([operation, bad]) => ({
    name: `${operation} at ${bad} of 3 is an IndexError, at once or at the next read, and then all is well again`,
    async run() {
      const x = arrayOf(nd, device, [1, 2, 3], 'float32', [3])
      const index = ints([0, bad], [2])
      const call = (): ArrayLike => {
        if (operation === 'gather') return nd.gather(x, 0, index)
        if (operation === 'indexSelect') return nd.indexSelect(x, 0, index)
        return nd.scatterAdd(x, 0, index, arrayOf(nd, device, [1, 1], 'float32', [2]))
      }
      let thrown: unknown = null
      try {
        await call().toTypedArray()
      } catch (error) {
        thrown = error
      }
      if (!(thrown instanceof Error) || thrown.name !== 'IndexError' || !thrown.message.includes(operation)) {
        throw new ConformanceError(`expected an IndexError that names ${operation}, got ${String(thrown)}`)
      }
      expectSame('afterwards', await nd.gather(x, 0, ints([2, -3], [2])).toTypedArray(), [3, 1])
    },
  }))

  return [...gathers, gatherViews, rows, ...adds, sets, order, ...errors]
}
