import { expectClose, type GoldenArray, type GoldenOp, loadOps, type Tolerance } from '@rungs/testing'
import { expect, test } from 'vitest'
import * as nd from '../src/index.ts'
import { values } from './support.ts'

const from = ({ data, shape, dtype }: GoldenArray): nd.NDArray =>
  nd.array(data, { dtype: dtype === 'int64' ? 'int32' : dtype }).reshape(shape)

type Arrays = readonly [nd.NDArray, nd.NDArray, nd.NDArray]
interface Arguments extends nd.ClampBounds {
  readonly dim: number
  readonly dims: readonly number[]
  readonly shape: readonly number[]
}
type Call = (arrays: Arrays, args: Arguments) => nd.NDArray

const argument = (args: object, name: string): nd.NDArray =>
  from((args as Readonly<Record<string, GoldenArray>>)[name]!)

/** How each row of the golden file is called here; losses and normalisation belong to higher layers. */
const calls: Readonly<Record<string, Call>> = {
  exp: ([x]) => x.exp(),
  sin: ([x]) => x.sin(),
  cos: ([x]) => x.cos(),
  tanh: ([x]) => x.tanh(),
  sigmoid: ([x]) => x.sigmoid(),
  relu: ([x]) => x.relu(),
  neg: ([x]) => x.neg(),
  abs: ([x]) => x.abs(),
  square: ([x]) => x.square(),
  erf: ([x]) => nd.erf(x),
  log: ([x]) => x.log(),
  sqrt: ([x]) => x.sqrt(),
  rsqrt: ([x]) => x.rsqrt(),
  reciprocal: ([x]) => x.reciprocal(),
  log1p: ([x]) => nd.log1p(x),
  softplus: ([x]) => nd.softplus(x),
  gelu: ([x]) => nd.gelu(x),
  gelu_tanh: ([x]) => nd.gelu(x, { approximate: 'tanh' }),
  silu: ([x]) => nd.silu(x),
  'leaky_relu_.01': ([x]) => nd.leakyRelu(x),
  elu: ([x]) => nd.elu(x),
  add: ([a, b]) => a.add(b),
  sub: ([a, b]) => a.sub(b),
  mul: ([a, b]) => a.mul(b),
  div: ([a, b]) => a.div(b),
  maximum: ([a, b]) => nd.maximum(a, b),
  minimum: ([a, b]) => nd.minimum(a, b),
  pow2: ([x]) => x.pow(2),
  pow_t: ([a, b]) => a.pow(b),
  clamp: ([x], bounds) => x.clamp(bounds),
  where: ([a, b], args) => nd.where(argument(args, 'condition'), a, b),
  sum: ([x], { dim }) => x.sum(dim),
  mean: ([x], { dim }) => x.mean(dim),
  amax: ([x], { dim }) => x.amax(dim),
  var: ([x], { dim }) => x.var(dim),
  std: ([x], { dim }) => x.std(dim),
  logsumexp: ([x], { dim }) => nd.logsumexp(x, dim),
  max_ties_amax: ([x]) => x.amax(0),
  max_ties_maximum: ([a, b]) => nd.maximum(a, b),
  softmax: ([x]) => nd.softmax(x, -1),
  log_softmax: ([x]) => nd.logSoftmax(x, -1),
  mse_sum: ([a, b]) => a.sub(b).square().sum(),
  mm: ([a, b]) => a.mm(b),
  bmm: ([a, b]) => nd.bmm(a, b),
  matmul_bcast: ([a, b]) => a.matmul(b),
  matvec: ([a, b]) => nd.mv(a, b),
  linear: ([x, w, b]) => nd.linear(x, w, b),
  transpose: ([x]) => x.t(),
  permute: ([x], { dims }) => x.permute(dims),
  expand: ([x], { shape }) => x.expand(shape),
  slice: ([x]) => x.at('1:', '::2'),
  cat: ([a, b], { dim }) => nd.cat([a, b], dim),
  stack: ([a, b], { dim }) => nd.stack([a, b], dim),
  gather: ([x], args) => x.gather(1, argument(args, 'index')),
  index_select: ([x], args) => x.indexSelect(0, argument(args, 'index')),
  embedding: ([x], args) => x.at(argument(args, 'index')),
  masked_fill: ([x], args) => x.maskedFill(argument(args, 'mask'), 0),
  flip: ([x], { dims }) => x.flip(dims),
  cumsum: ([x]) => x.cumsum(1),
  sort: ([x]) => x.sort(1).values,
}

const callOf = ({ op }: GoldenOp): Call | undefined => calls[op] ?? calls[op.replace(/_(bcast|dim[01])$/, '')]
const rows = loadOps().flatMap((row) => {
  const call = callOf(row)
  return call === undefined ? [] : [{ row, call }]
})

/** Exact values move as they are; the rest is within a few roundings of another C library, order of sums included. */
const exact = new Set([
  'transpose',
  'permute',
  'expand',
  'slice',
  'cat',
  'stack',
  'gather',
  'flip',
  'relu',
  'neg',
  'abs',
])
const toleranceOf = (op: string): Tolerance =>
  exact.has(op) ? { signedZero: true } : { relative: 5e-7, absolute: 2e-7 }

test.each(rows.map(({ row, call }) => [row.op, row, call] as const))('%s gives what PyTorch gives', (op, row, call) => {
  const [a, b, c] = row.inputs.map(from) as [nd.NDArray, nd.NDArray, nd.NDArray]
  const result = call([a, b, c], (row.args ?? {}) as unknown as Arguments)
  expect([result.shape, result.dtype]).toEqual([row.output.shape, row.output.dtype])
  expectClose(values(result), row.output.data, toleranceOf(op))
  // The same from inputs that are not contiguous.
  const strided = row.inputs.map((x) => spreadOut(from(x))) as [nd.NDArray, nd.NDArray, nd.NDArray]
  expectClose(values(call(strided, (row.args ?? {}) as unknown as Arguments)), row.output.data, toleranceOf(op))
})

test('the rows above are most of the golden file', () => {
  expect(rows.length).toBeGreaterThanOrEqual(70)
})

/** The same array as every second element of a larger one, reversed along its last dim. */
function spreadOut(x: nd.NDArray): nd.NDArray {
  const wide = nd.full([...x.shape, 2], Number.NaN)
  const view = wide.at('...', 1).flip(-1)
  view.copy_(x)
  return view
}
