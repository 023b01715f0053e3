import { describe, expect, test } from 'vitest'
import * as nd from '../src/index.ts'

const ints = (list: nd.Nested): nd.NDArray => nd.array(list, { dtype: 'int32' })

const inputs = () => ({
  x: nd.eye(4, 3),
  first: nd.ones([1, 3]),
  columns: nd.ones([4, 2]),
  long: nd.ones([100]),
  zero: ints(0),
  number: nd.array(3),
  row: nd.array([3, 1, 2]),
  index: ints([[1, 0, 1]]),
  places: ints([0, 2]),
  bytes: nd.array([0, 2], { dtype: 'uint8' }),
  flags: nd.array([true, false, true]),
  mask: nd.array([true, false, false, true]),
  two: nd.array([5, 6]),
})
const { x0, square, sub } = nd.formulas
/** Of what is kept, and of the maximum of a row for each element of it. */
const rows = nd.rowProgram(1, (row) => {
  const largest = row.max(x0)
  const rest = row.keep(sub(x0, largest))
  return [square(rest), row.sum(largest), row.sum(rest)]
})
type Inputs = ReturnType<typeof inputs>
type Made = nd.NDArray | readonly nd.NDArray[]

describe('nothing is held by what a call made, its result and its operands disposed', () => {
  test.each<[string, (inputs: Inputs) => Made]>([
    ['set of a number', ({ x }) => x.set(0, 1)],
    ['set of a part', ({ x, row }) => x.set([1, ':'], row)],
    ['set at positions', ({ x, places, row }) => x.set([places], row)],
    ['set where a mask is true', ({ x, mask, two }) => x.set([mask, 0], two)],
    ['at positions', ({ x, places }) => x.at(':', places)],
    ['at several positions', ({ x, places, bytes }) => x.at(places, bytes)],
    ['a row program', ({ x }) => nd.rowwise('test', rows, [x], 1)],
    ['a row program along no dim', ({ x }) => nd.rowwise('test', rows, [x], [])],
    ['softmax', ({ x }) => nd.softmax(x, 0)],
    ['logsumexp', ({ x }) => nd.logsumexp(x, 1)],
    ['var', ({ x }) => nd.variance(x, [0, 1])],
    ['gather', ({ x, index }) => nd.gather(x, 0, index)],
    ['gather of a number', ({ number, zero }) => nd.gather(number, 0, zero)],
    ['take', ({ x, bytes }) => nd.take(x, bytes)],
    ['take along a dim', ({ x, places }) => nd.take(x, places, 1)],
    ['takeAlongDim', ({ x, index }) => nd.takeAlongDim(x, index, 0)],
    ['takeAlongDim, flattened', ({ x, index }) => nd.takeAlongDim(x, index)],
    ['indexSelect', ({ x, bytes }) => nd.indexSelect(x, 0, bytes)],
    ['indexAdd', ({ x, places, columns }) => nd.indexAdd(x, 1, places, columns)],
    ['scatterAdd', ({ x, index, first }) => nd.scatterAdd(x, 0, index, first)],
    ['scatter', ({ x, index, first }) => nd.scatter(x, 0, index, first)],
    ['put', ({ x, places, two }) => nd.put(x, places, two)],
    ['maskedScatter', ({ x, flags }) => nd.maskedScatter(x, flags, x)],
    ['searchsorted', ({ x, row }) => nd.searchsorted(row, x)],
    ['tile', ({ x }) => nd.tile(x, [2, 2])],
    ['repeatInterleave', ({ x }) => nd.repeatInterleave(x, 2, 0)],
    ['repeatInterleave by a list', ({ x }) => nd.repeatInterleave(x, [2, 0, 1], 1)],
    ['roll', ({ x }) => nd.roll(x, [1, 2], [0, 1])],
    ['roll, flattened', ({ x }) => nd.roll(x, 1)],
    ['stack', ({ row }) => nd.stack([row, row], 1)],
    ['hstack', ({ row, two }) => nd.hstack([row, two])],
    ['vstack', ({ row }) => nd.vstack([row, row])],
    ['dstack', ({ row }) => nd.dstack([row, row])],
    ['columnStack', ({ row }) => nd.columnStack([row, row])],
    ['cross', ({ x, row }) => nd.cross(x, row)],
    ['kron', ({ x, row }) => nd.kron(x, row)],
    ['diff', ({ x }) => nd.diff(x, { n: 2, dim: 0, prepend: x })],
    ['tensordot', ({ x, row }) => nd.tensordot(x, row, 1)],
    ['topk', ({ x }) => Object.values(nd.topk(x, 2))],
    ['topk of a long line', ({ long }) => Object.values(nd.topk(long, 1))],
    ['quantile', ({ x }) => nd.quantile(x, [0.2, 0.5], 1)],
    ['median', ({ x }) => nd.median(x)],
    ['histogram', ({ x }) => Object.values(nd.histogram(x, 3, { density: true }))],
    ['histogram of weights', ({ x }) => Object.values(nd.histogram(x, 3, { weights: x }))],
    ['pad', ({ x }) => nd.pad(x, [1, 1])],
    ['pad with the mirror image', ({ x }) => nd.pad(x, [1, 1, 1, 1], { mode: 'reflect' })],
  ])('%s', (_, call) => {
    const given = inputs()
    const storages = new Set(Object.values(given).map((x) => x.storage))
    const outer = nd.setScope({ storages })
    const made = call(given)
    nd.setScope(outer)
    for (const x of [made, Object.values(given)].flat()) x.dispose()
    expect([...storages].filter((storage) => !storage.released).map(({ dtype, size }) => [dtype, size])).toEqual([])
  })
})
