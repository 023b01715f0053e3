import { expectClose, type GoldenArray, type GoldenOp, type Tolerance } from '@rungs/testing'
import { expect } from 'vitest'
import * as t from '../src/index.ts'
import { cpu, type Device, type DType, grad, type Tensor, tensor } from '../src/index.ts'

/** Where the operators run, and what numbers they compute with. */
export interface Place {
  readonly device: Device
  readonly dtype: 'float32' | 'float64'
}

const isFloat = ({ dtype }: GoldenArray): boolean => dtype === 'float32'

/** PyTorch's array, its floats in the dtype of the place, and its integers in 32 bits. */
function fromGolden(array: GoldenArray, { device, dtype }: Place): Tensor {
  const own = isFloat(array) ? dtype : ((array.dtype === 'int64' ? 'int32' : array.dtype) as DType)
  return tensor([...array.data], { dtype: own, device })
    .reshape(array.shape)
    .detach()
}

/** What a row takes beside its inputs. */
interface Arguments {
  readonly dim: number & number[]
  readonly index: Tensor
  readonly target: Tensor
  readonly mask: Tensor
}

type Compute = (inputs: Tensor[], args: Arguments) => Tensor
const of =
  (fn: (x: Tensor) => Tensor): Compute =>
  ([x]) =>
    fn(x!)
const ofTwo =
  (fn: (x: Tensor, z: Tensor) => Tensor): Compute =>
  ([x, z]) =>
    fn(x!, z!)

const { exp, sin, cos, tanh, sigmoid, relu, neg, abs, square, erf, log, sqrt, rsqrt, reciprocal, log1p } = t
const { softplus, gelu, silu, elu, add, sub, mul, div, maximum, minimum } = t
const unary = { exp, sin, cos, tanh, sigmoid, relu, neg, abs, square, erf, log, sqrt, rsqrt, reciprocal, log1p }
const activations = { softplus, gelu, silu, elu }
const binary = { add, sub, mul, div, maximum, minimum }
const reductions = ['sum', 'mean', 'amax', 'var', 'std', 'logsumexp'] as const

const rows: Record<string, Compute> = {
  ...Object.fromEntries(Object.entries({ ...unary, ...activations }).map(([name, op]) => [name, of((x) => op(x))])),
  ...Object.fromEntries(
    Object.entries(binary).flatMap(([name, op]) => ['', '_bcast'].map((kind) => [name + kind, ofTwo(op)])),
  ),
  ...Object.fromEntries(
    reductions.flatMap((name) => ['', '_dim0', '_dim1'].map((kind) => [name + kind, ([x], { dim }) => x![name](dim)])),
  ),
  gelu_tanh: of((x) => t.gelu(x, { approximate: 'tanh' })),
  'leaky_relu_.01': of((x) => t.leakyRelu(x)),
  pow2: of((x) => x.pow(2)),
  pow_t: ofTwo(t.pow),
  clamp: of((x) => x.clamp({ min: -0.5, max: 0.5 })),
  where: ofTwo((x, z) => t.where(x.gt(z), x, z)),
  max_ties_amax: of((x) => x.amax(0)),
  max_ties_max: of((x) => x.max(0).values),
  max_ties_maximum: ofTwo(t.maximum),
  softmax: of((x) => x.softmax(-1)),
  log_softmax: of((x) => x.logSoftmax(-1)),
  cross_entropy: ([x], { target }) => t.crossEntropy(x!, target),
  nll: ([x], { target }) => t.nllLoss(x!.logSoftmax(1), target),
  bce_logits: ([x], { target }) => t.binaryCrossEntropyWithLogits(x!, target),
  mse_sum: ofTwo((x, z) => t.mseLoss(x, z, { reduction: 'sum' })),
  mse_mean: ofTwo((x, z) => t.mseLoss(x, z)),
  l1: ofTwo((x, z) => t.l1Loss(x, z)),
  smooth_l1: ofTwo((x, z) => t.smoothL1Loss(x, z)),
  huber: ofTwo((x, z) => t.huberLoss(x, z)),
  mm: ofTwo(t.mm),
  bmm: ofTwo(t.bmm),
  matmul_bcast: ofTwo(t.matmul),
  matvec: ofTwo(t.mv),
  linear: ([x, weight, bias]) => t.linear(x!, weight!, bias!),
  bilinear_einsum: ([left, weight, right]) => t.bilinear(left!, right!, weight!),
  transpose: of((x) => x.t()),
  permute: of((x) => x.permute([2, 0, 1])),
  expand: of((x) => x.expand([3, 4])),
  slice: of((x) => x.at('1:', '::2')),
  cat: ofTwo((x, z) => t.cat([x, z], 1)),
  stack: ofTwo((x, z) => t.stack([x, z], 1)),
  gather: ([x], { index }) => x!.gather(1, index),
  index_select: ([x], { index }) => x!.indexSelect(0, index),
  masked_fill: ([x], { mask }) => x!.maskedFill(mask, 0),
  flip: of((x) => x.flip(0)),
  cumsum: of((x) => x.cumsum(1)),
  sort: of((x) => x.sort(1).values),
  pad: of((x) => t.pad(x, [1, 2])),
  tril: of((x) => x.tril()),
  layer_norm: ([x, weight, bias]) => t.layerNorm(x!, [4], { weight: weight!, bias: bias! }),
  batch_norm_train: ([x, weight, bias]) =>
    t.batchNorm(x!, null, null, { weight: weight!, bias: bias!, training: true }),
  conv2d_s1p1: ([x, weight, bias]) => t.conv2d(x!, weight!, bias!, { padding: 1 }),
  conv2d_s2: ofTwo((x, weight) => t.conv2d(x, weight, null, { stride: 2 })),
  max_pool2: of((x) => t.maxPool2d(x, 2)),
  avg_pool2: of((x) => t.avgPool2d(x, 2)),
  embedding: ([weight], { index }) => t.embedding(index, weight!),
}

export const hasOperator = (op: string): boolean => op in rows

/** Inputs, of which the floats require gradients, and the operator as a function of them. */
export function prepare(
  { op, inputs, args = {} }: GoldenOp,
  place: Place,
): [Tensor[], (...inputs: Tensor[]) => Tensor] {
  const tensors = inputs.map((x) => fromGolden(x, place).requiresGrad_(isFloat(x)))
  const given = Object.entries(args).map(([name, value]) => [
    name,
    typeof value === 'object' && value !== null && 'shape' in value ? fromGolden(value, place) : value,
  ])
  return [tensors, (...xs) => rows[op]!(xs, Object.fromEntries(given) as Arguments)]
}

/** PyTorch computed in float32: sums and functions of its libraries and of ours differ by a few roundings of 6e-8. */
const ROUNDINGS: Tolerance = { relative: 2e-6, absolute: 3e-7 }

/** Compare value and gradients with PyTorch's. */
export async function replayOperator(
  row: GoldenOp,
  place: Place = { device: cpu, dtype: 'float32' },
  tolerance: Tolerance = ROUNDINGS,
): Promise<void> {
  const [inputs, compute] = prepare(row, place)
  const output = compute(...inputs)
  expect(output.shape).toEqual(row.output.shape)
  expectClose(await output.toTypedArray(), row.output.data, tolerance, `${row.op} value`)
  const wanted = inputs.filter((x) => x.requiresGrad)
  const gradients = grad([output], wanted, { gradOutputs: [fromGolden(row.grad_output!, place)] })
  for (const [i, gradient] of gradients.entries()) {
    expectClose(await gradient.toTypedArray(), row.grads![i]!.data, tolerance, `${row.op} gradient ${i}`)
  }
}
