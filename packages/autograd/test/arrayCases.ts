import type { NDArray } from '@rungs/ndarray'
import * as nd from '@rungs/ndarray'
import * as t from '../src/index.ts'
import { type Tensor, tensor } from '../src/index.ts'
import { type Case, sample } from './cases.ts'

/** A function that arrays have as well, with the call of arrays that gives the same value. */
export interface ArrayCase extends Case {
  readonly ofArrays: (...inputs: NDArray[]) => NDArray | NDArray[]
}

type Fn = Case['fn']
const on =
  (...inputs: Tensor[]) =>
  (name: string, fn: Fn, ofArrays: ArrayCase['ofArrays']): ArrayCase => ({ name, fn, inputs, ofArrays })

const x = sample([3, 4], 101)
const z = sample([3, 4], 102)
const row = sample([4], 103)
const column = sample([3, 1], 104)
const small = sample([3, 4], 105, -0.9, 0.9)
const positive = sample([3, 4], 106, 0.3, 3)
const beyondOne = sample([3, 4], 107, 1.1, 4)
const cube = sample([2, 3, 4], 108)
const number = sample([], 109, 0.5, 2)
const vectors = sample([2, 3], 110)
const odd = sample([5], 111)
const withZeros = tensor(
  [
    [2, 0, 3, -1],
    [1.5, 4, 0, 0],
  ],
  { dtype: 'float64', requiresGrad: true },
)
const mask = tensor([
  [false, true, true, false],
  [true, false, false, true],
  [false, true, true, true],
])
const places = tensor([2, 0, -1, 2], { dtype: 'int32' })
const rows = tensor(
  [
    [0, 2, 1, 2],
    [2, 2, 0, 2],
  ],
  { dtype: 'int32' },
)

type Unary<X> = (x: X) => X
type Binary<X> = (a: X | number, b: X | number) => X
/** The function of tensors, and that of arrays, by name. */
type Pairs<T, A> = Readonly<Record<string, readonly [T, A]>>

const unary: Pairs<Unary<Tensor>, Unary<NDArray>> = {
  tan: [t.tan, nd.tan],
  atan: [t.atan, nd.atan],
  sinh: [t.sinh, nd.sinh],
  cosh: [t.cosh, nd.cosh],
  asinh: [t.asinh, nd.asinh],
  exp2: [t.exp2, nd.exp2],
}
const ofSmall: typeof unary = { asin: [t.asin, nd.asin], acos: [t.acos, nd.acos], atanh: [t.atanh, nd.atanh] }
const ofPositive: typeof unary = { log2: [t.log2, nd.log2], log10: [t.log10, nd.log10] }
const ofLarge: typeof unary = { acosh: [t.acosh, nd.acosh] }
const binary: Pairs<Binary<Tensor>, Binary<NDArray>> = {
  atan2: [t.atan2, nd.atan2],
  hypot: [t.hypot, nd.hypot],
  logaddexp: [t.logaddexp, nd.logaddexp],
  copysign: [t.copysign, nd.copysign],
}
const onEach = (x: Tensor, functions: typeof unary): ArrayCase[] =>
  Object.entries(functions).map(([name, [fn, ofArrays]]) =>
    on(x)(
      name,
      (a) => fn(a!),
      (a) => ofArrays(a!),
    ),
  )

/** Differentiable functions that came from arrays: elementwise ones, what rearranges, picks, scans and multiplies. */
export const arrayCases: readonly ArrayCase[] = [
  ...onEach(x, unary),
  ...onEach(small, ofSmall),
  ...onEach(positive, ofPositive),
  ...onEach(beyondOne, ofLarge),
  ...Object.entries(binary).flatMap(([name, [fn, ofArrays]]) => [
    on(x, row)(
      name,
      (a, b) => fn(a!, b!),
      (a, b) => ofArrays(a!, b!),
    ),
    on(x)(
      `${name} of numbers`,
      (a) => fn(a!, 0.7).add(fn(-0.4, a!)),
      (a) => ofArrays(a!, 0.7).add(ofArrays(-0.4, a!)),
    ),
  ]),
  on(x, z, row)(
    'lerp',
    (a, b, w) => t.lerp(a!, b!, w!),
    (a, b, w) => nd.lerp(a!, b!, w!),
  ),
  on(x)(
    'lerp of numbers',
    (a) => t.lerp(a!, 3, 0.3),
    (a) => nd.lerp(a!, 3, 0.3),
  ),
  on(x)(
    'nanToNum',
    (a) => t.nanToNum(a!.log(), { nan: 5 }),
    (a) => nd.nanToNum(a!.log(), { nan: 5 }),
  ),
  on(x, row, z)(
    'clip by tensors',
    (a, b, c) => t.clip(a!, b!, c!),
    (a, b, c) => nd.clip(a!, b, c),
  ),
  on(x, column)(
    'clip from above',
    (a, b) => t.clip(a!, undefined, b!),
    (a, b) => nd.clip(a!, undefined, b),
  ),
  on(x, column)(
    'clip by a number and a tensor',
    (a, b) => t.clip(a!, -0.5, b!),
    (a, b) => nd.clip(a!, -0.5, b),
  ),
  on(x)(
    'clip by numbers',
    (a) => t.clip(a!, -0.5, 0.5),
    (a) => nd.clip(a!, -0.5, 0.5),
  ),

  on(x)(
    'cumprod',
    (a) => t.cumprod(a!, 1),
    (a) => nd.cumprod(a!, 1),
  ),
  on(odd)(
    'cumprod of an odd number',
    (a) => t.cumprod(a!, -1),
    (a) => nd.cumprod(a!, -1),
  ),
  on(withZeros)(
    'cumprod with zeros',
    (a) => t.cumprod(a!, 1),
    (a) => nd.cumprod(a!, 1),
  ),
  on(number)(
    'cumprod of a 0-d tensor',
    (a) => t.cumprod(a!, 0),
    (a) => nd.cumprod(a!, 0),
  ),
  on(x)(
    'quantile',
    (a) => t.quantile(a!, 0.37),
    (a) => nd.quantile(a!, 0.37),
  ),
  on(cube)(
    'quantiles over two dims, kept',
    (a) => t.quantile(a!, [0, 0.2, 1], [0, 2], { keepdim: true }),
    (a) => nd.quantile(a!, [0, 0.2, 1], [0, 2], { keepdim: true }),
  ),
  on(x)(
    'quantile of the nearest',
    (a) => t.quantile(a!, 0.4, 1, { interpolation: 'nearest' }),
    (a) => nd.quantile(a!, 0.4, 1, { interpolation: 'nearest' }),
  ),
  on(x)(
    'median',
    (a) => t.median(a!, 1),
    (a) => nd.median(a!, 1),
  ),
  on(odd)(
    'median of an odd number',
    (a) => t.median(a!),
    (a) => nd.median(a!),
  ),

  on(x)(
    'roll',
    (a) => t.roll(a!, [1, -2], [0, 1]),
    (a) => nd.roll(a!, [1, -2], [0, 1]),
  ),
  on(x)(
    'roll of all',
    (a) => t.roll(a!, 5),
    (a) => nd.roll(a!, 5),
  ),
  on(x)(
    'repeatInterleave',
    (a) => t.repeatInterleave(a!, 2, -1),
    (a) => nd.repeatInterleave(a!, 2, -1),
  ),
  on(x)(
    'repeatInterleave by a list',
    (a) => t.repeatInterleave(a!, [0, 3, 1], 0),
    (a) => nd.repeatInterleave(a!, [0, 3, 1], 0),
  ),
  on(x)(
    'repeatInterleave of all',
    (a) => t.repeatInterleave(a!, 2),
    (a) => nd.repeatInterleave(a!, 2),
  ),
  on(number)(
    'repeatInterleave of a number',
    (a) => t.repeatInterleave(a!, 2, 0),
    (a) => nd.repeatInterleave(a!, 2, 0),
  ),
  on(x)(
    'tile',
    (a) => t.tile(a!, [2, 1, 3]),
    (a) => nd.tile(a!, [2, 1, 3]),
  ),
  on(x)(
    'diff',
    (a) => t.diff(a!),
    (a) => nd.diff(a!),
  ),
  on(cube)(
    'diff, twice',
    (a) => t.diff(a!, { n: 2, dim: 1 }),
    (a) => nd.diff(a!, { n: 2, dim: 1 }),
  ),
  on(cube)(
    'diff, three times',
    (a) => t.diff(a!, { n: 3 }),
    (a) => nd.diff(a!, { n: 3 }),
  ),
  on(x)(
    'diff, not at all',
    (a) => t.diff(a!, { n: 0 }),
    (a) => nd.diff(a!, { n: 0 }),
  ),
  on(x, column)(
    'diff with something around',
    (a, b) => t.diff(a!, { prepend: b!, append: b! }),
    (a, b) => nd.diff(a!, { prepend: b!, append: b! }),
  ),
  on(x)(
    'movedim',
    (a) => t.movedim(a!.unsqueeze(0), [0, 1], [-1, 0]),
    (a) => nd.movedim(a!.unsqueeze(0), [0, 1], [-1, 0]),
  ),
  on(x, row)(
    'broadcastArrays',
    (a, b) => t.broadcastArrays(a!, b!),
    (a, b) => nd.broadcastArrays(a!, b!),
  ),
  on(row, odd)(
    'meshgrid',
    (a, b) => t.meshgrid([a!, b!]),
    (a, b) => nd.meshgrid([a!, b!]),
  ),
  on(row, odd)(
    'meshgrid, ij',
    (a, b) => t.meshgrid([a!, b!], { indexing: 'ij' }),
    (a, b) => nd.meshgrid([a!, b!], { indexing: 'ij' }),
  ),
  on(number, row)(
    'atLeast',
    (a, b) => [t.atLeast1d(a!), t.atLeast2d(b!), t.atLeast3d(b!)],
    (a, b) => [nd.atLeast1d(a!), nd.atLeast2d(b!), nd.atLeast3d(b!)],
  ),
  on(x)(
    'split',
    (a) => t.split(a!, [1, 3], 1),
    (a) => nd.split(a!, [1, 3], 1),
  ),
  on(x)(
    'chunk',
    (a) => t.chunk(a!, 3, 1),
    (a) => nd.chunk(a!, 3, 1),
  ),
  on(x)(
    'tensorSplit',
    (a) => t.tensorSplit(a!, 3, 1),
    (a) => nd.tensorSplit(a!, 3, 1),
  ),
  on(cube)(
    'hsplit, vsplit, dsplit',
    (a) => [...t.hsplit(a!, 3), ...t.vsplit(a!, 2), ...t.dsplit(a!, [1])],
    (a) => [...nd.hsplit(a!, 3), ...nd.vsplit(a!, 2), ...nd.dsplit(a!, [1])],
  ),
  on(x)(
    'unbind',
    (a) => t.unbind(a!, 1),
    (a) => nd.unbind(a!, 1),
  ),
  on(row, row)(
    'hstack of vectors',
    (a, b) => t.hstack([a!, b!]),
    (a, b) => nd.hstack([a!, b!]),
  ),
  on(x, column)(
    'hstack',
    (a, b) => t.hstack([a!, b!]),
    (a, b) => nd.hstack([a!, b!]),
  ),
  on(x, row)(
    'vstack',
    (a, b) => t.vstack([a!, b!]),
    (a, b) => nd.vstack([a!, b!]),
  ),
  on(x, z)(
    'dstack',
    (a, b) => t.dstack([a!, b!]),
    (a, b) => nd.dstack([a!, b!]),
  ),
  on(row, row)(
    'columnStack',
    (a, b) => t.columnStack([a!, b!]),
    (a, b) => nd.columnStack([a!, b!]),
  ),

  on(x, vectors)(
    'kron',
    (a, b) => t.kron(a!, b!),
    (a, b) => nd.kron(a!, b!),
  ),
  on(row, x)(
    'kron of a vector',
    (a, b) => t.kron(a!, b!),
    (a, b) => nd.kron(a!, b!),
  ),
  on(cube, sample([4, 3, 2], 112))(
    'tensordot',
    (a, b) =>
      t.tensordot(a!, b!, [
        [1, 2],
        [1, 0],
      ]),
    (a, b) =>
      nd.tensordot(a!, b!, [
        [1, 2],
        [1, 0],
      ]),
  ),
  on(x, sample([4, 2], 113))(
    'tensordot of one dim',
    (a, b) => t.tensordot(a!, b!, 1),
    (a, b) => nd.tensordot(a!, b!, 1),
  ),
  on(vectors, sample([3], 114))(
    'cross',
    (a, b) => t.cross(a!, b!),
    (a, b) => nd.cross(a!, b!),
  ),
  on(sample([3, 4], 115), sample([3, 1], 116))(
    'cross along a dim',
    (a, b) => t.cross(a!, b!, 0),
    (a, b) => nd.cross(a!, b!, 0),
  ),
  on(x, row)(
    'vecdot',
    (a, b) => t.vecdot(a!, b!),
    (a, b) => nd.vecdot(a!, b!),
  ),
  on(x, column)(
    'vecdot along a dim',
    (a, b) => t.vecdot(a!, b!, 0),
    (a, b) => nd.vecdot(a!, b!, 0),
  ),

  on(x)(
    'take',
    (a) => t.take(a!, [5, -1, 5]),
    (a) => nd.take(a!, [5, -1, 5]),
  ),
  on(x)(
    'take of one',
    (a) => t.take(a!, 3),
    (a) => nd.take(a!, 3),
  ),
  on(cube)(
    'take along a dim',
    (a) => t.take(a!, rows.remainder(2), 1),
    (a) => nd.take(a!, rows.remainder(2).array, 1),
  ),
  on(cube)(
    'takeAlongDim',
    (a) => t.takeAlongDim(a!, rows.unsqueeze(0), 1),
    (a) => nd.takeAlongDim(a!, rows.array.unsqueeze(0), 1),
  ),
  on(number)(
    'takeAlongDim of a number',
    (a) => t.takeAlongDim(a!, tensor(0, { dtype: 'int32' }), 0),
    (a) => nd.takeAlongDim(a!, nd.array(0, { dtype: 'int32' }), 0),
  ),
  on(x)(
    'takeAlongDim of all',
    (a) => t.takeAlongDim(a!, places),
    (a) => nd.takeAlongDim(a!, places.array),
  ),
  on(x, row)(
    'put, with repeats',
    (a, b) => t.put(a!, places, b!),
    (a, b) => nd.put(a!, places.array, b!),
  ),
  on(x, number)(
    'put and add',
    (a, b) => t.put(a!, places, b!, { accumulate: true }),
    (a, b) => nd.put(a!, places.array, b!, { accumulate: true }),
  ),
  on(x)(
    'put a number',
    (a) => t.put(a!, [1, 2], 7),
    (a) => nd.put(a!, [1, 2], 7),
  ),
  on(x, sample([2, 4], 117))(
    'scatter, with repeats',
    (a, b) => t.scatter(a!, 0, rows, b!),
    (a, b) => nd.scatter(a!, 0, rows.array, b!),
  ),
  on(x, sample([9], 118))(
    'maskedScatter',
    (a, b) => t.maskedScatter(a!, mask, b!),
    (a, b) => nd.maskedScatter(a!, mask.array, b!),
  ),
  on(row, cube)(
    'maskedScatter, broadcast',
    (a, b) => t.maskedScatter(a!, mask, b!),
    (a, b) => nd.maskedScatter(a!, mask.array, b!),
  ),
]
