import {
  expectClose,
  expectCurve,
  type GoldenArray,
  type GoldenOp,
  loadOps,
  loadSeeds,
  loadTraining,
} from '@rungs/testing'
import { describe, expect, test } from 'vitest'
import * as t from '../src/index.ts'
import { type DType, grad, manualSeed, noGrad, randn, type Tensor, tensor } from '../src/index.ts'

const fromGolden = ({ shape, dtype, data }: GoldenArray, requiresGrad = false): Tensor => {
  const own = (dtype === 'int64' ? 'int32' : dtype) as DType
  return tensor([...data], { dtype: own })
    .reshape(shape)
    .detach()
    .requiresGrad_(requiresGrad)
}

/** What a row takes beside its inputs. */
interface Arguments {
  readonly dim: number & number[]
  readonly index: GoldenArray
  readonly target: GoldenArray
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
  cross_entropy: ([x], { target }) => t.crossEntropy(x!, fromGolden(target)),
  nll: ([x], { target }) => t.nllLoss(x!.logSoftmax(1), fromGolden(target)),
  bce_logits: ([x], { target }) => t.binaryCrossEntropyWithLogits(x!, fromGolden(target)),
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
  gather: ([x], { index }) => x!.gather(1, fromGolden(index)),
  index_select: ([x], { index }) => x!.indexSelect(0, fromGolden(index)),
  masked_fill: ([x], args) => x!.maskedFill(fromGolden((args as unknown as { mask: GoldenArray }).mask), 0),
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
  embedding: ([weight], { index }) => t.embedding(fromGolden(index), weight!),
}

describe("PyTorch's operators", () => {
  test('are all here', () => {
    expect(loadOps().flatMap(({ op }) => (op in rows ? [] : [op]))).toEqual([])
  })

  test.each(loadOps().map((row): [string, GoldenOp] => [row.op, row]))(
    '%s gives its value and its gradients',
    (op, row) => {
      const inputs = row.inputs.map((x) => fromGolden(x, x.dtype === 'float32'))
      const output = rows[op]!(inputs, (row.args ?? {}) as unknown as Arguments)
      // float32 rounds to 6e-8; sums here and functions of the engine and of PyTorch's libraries differ by a few roundings.
      const tolerance = { relative: 2e-6, absolute: 3e-7 }
      expect(output.shape).toEqual(row.output.shape)
      expectClose(output.toTypedArraySync(), row.output.data, tolerance, `${op} value`)
      const wanted = row.inputs.flatMap((x, i) => (x.dtype === 'float32' ? [inputs[i]!] : []))
      const gradients = grad([output], wanted, { gradOutputs: [fromGolden(row.grad_output!)] })
      gradients.forEach((gradient, i) => {
        expectClose(gradient.toTypedArraySync(), row.grads![i]!.data, tolerance, `${op} gradient ${i}`)
      })
    },
  )
})

describe('numbers of the source documents', () => {
  test('numpy graph of seed 0: c = sum(x · y + z)', () => {
    const { seed003_graph: golden } = loadSeeds()
    const generator = t.numpyRng(0)
    const [x, y, z] = [0, 0, 0].map(() => randn([3, 4], { dtype: 'float64', generator, requiresGrad: true })) as [
      Tensor,
      Tensor,
      Tensor,
    ]
    const loss = x.mul(y).add(z).sum()
    loss.backward()
    expect(loss.itemSync()).toBeCloseTo(golden.c, 13)
    expectClose(x.grad!.toTypedArraySync(), golden.grad_x.data)
    expectClose(y.grad!.toTypedArraySync(), golden.grad_y.data)
    expectClose(z.grad!.toTypedArraySync(), new Array(12).fill(1))
  })

  test.each<[keyof ReturnType<typeof loadSeeds>['relu_at_0'], (x: Tensor) => Tensor]>([
    ['relu', (x) => x.relu()],
    ['clamp_min', (x) => x.clampMin(0)],
    ['clamp', (x) => x.clamp({ min: 0 })],
    ['maximum', (x) => x.maximum(t.zeros([3]))],
  ])('the gradient of %s at -1, 0, 1', (name, fn) => {
    const x = tensor([-1, 0, 1], { requiresGrad: true })
    fn(x).sum().backward()
    expectClose(x.grad!.toTypedArraySync(), loadSeeds().relu_at_0[name].data)
  })

  test('the first 20 steps of the two-layer network are PyTorch’s', () => {
    manualSeed(0)
    const [x, y] = [randn([64, 1000]), randn([64, 10])]
    const [w1, w2] = [randn([1000, 100], { requiresGrad: true }), randn([100, 10], { requiresGrad: true })]
    const losses: number[] = []
    for (let step = 0; step < 20; step++) {
      const loss = x.mm(w1).clamp({ min: 0 }).mm(w2).sub(y).pow(2).sum()
      losses.push(loss.itemSync())
      loss.backward()
      noGrad(() => {
        for (const w of [w1, w2]) {
          w.sub_(w.grad!, { alpha: 1e-6 })
          w.grad!.zero_()
        }
      })
    }
    expectCurve(losses, loadTraining().torch_autograd_seed0, 'float32')
  })
})
