import * as t from '../src/index.ts'
import { type Tensor, tensor } from '../src/index.ts'

/** float64 numbers of a seed between two bounds, as a leaf over a view that is not contiguous. */
export function sample(shape: readonly number[], seed: number, low = -2, high = 2): Tensor {
  const generator = t.torchRng(seed)
  const base = t.uniform([...shape.toReversed(), 2], low, high, { dtype: 'float64', generator })
  return base.T.select(0, 1).detach().requiresGrad_()
}

export interface Case {
  readonly name: string
  readonly fn: (...inputs: Tensor[]) => Tensor | Tensor[]
  readonly inputs: readonly Tensor[]
}

const x = sample([3, 4], 1)
const z = sample([3, 4], 2)
/** Beyond the bends of `relu6` and `hardswish`. */
const wide = sample([3, 4], 28, -8, 8)
const row = sample([4], 3)
const column = sample([3, 1], 4)
const positive = sample([3, 4], 5, 0.3, 3)
/** Between 0 and 1. */
const unit = sample([3, 4], 29, 0.1, 0.9)
const weight = sample([4], 30, 0.3, 2).detach()
const cube = sample([2, 3, 4], 6)
const number = sample([], 7, 0.5, 2)
const mask = tensor([
  [true, false, true, true],
  [false, false, true, false],
  [true, true, false, true],
])
const float64 = { dtype: 'float64' } as const
const signs = tensor(
  [
    [1, -1, 1, -1],
    [-1, 1, 1, -1],
    [1, 1, -1, -1],
  ],
  { dtype: 'float64' },
)
const labels = tensor([2, 0, 3], { dtype: 'int32' })
const positions = tensor(
  [
    [2, 0, 1],
    [1, 1, 3],
    [0, 3, 3],
  ],
  { dtype: 'int32' },
)

type Fn = Case['fn']
const on =
  (...inputs: Tensor[]) =>
  (name: string, fn: Fn): Case => ({ name, fn, inputs })

const { exp, expm1, sin, cos, tanh, erf, sigmoid, relu, neg, abs, square, softplus, gelu, silu, elu, leakyRelu } = t
const unary = { exp, expm1, sin, cos, tanh, erf, sigmoid, relu, neg, abs, square, softplus, gelu, silu, elu, leakyRelu }
const { relu6, logSigmoid, mish, selu, hardsigmoid, hardswish, softsign, tanhshrink, hardtanh, celu } = t
const activations = { relu6, logSigmoid, mish, selu, hardsigmoid, hardswish, softsign, tanhshrink, hardtanh, celu }
const { tanhCell, reluCell, lstmCell, gruCell } = t
const { log, log1p, sqrt, rsqrt, reciprocal, floor, ceil, round, trunc, sign } = t
const ofPositive = { log, log1p, sqrt, rsqrt, reciprocal }
const steps = { floor, ceil, round, trunc, sign }
const { add, sub, mul, maximum, minimum } = t
const binary = { add, sub, mul, maximum, minimum }
const reductions = ['sum', 'mean', 'prod', 'amax', 'amin', 'var', 'std', 'logsumexp'] as const

/** Every differentiable operation, on views, with broadcasting and with numbers on either side. */
export const cases: readonly Case[] = [
  ...Object.entries(unary).map(([name, op]) => on(x)(name, (a) => op(a!))),
  ...Object.entries(activations).map(([name, op]) => on(wide)(name, (a) => op(a!))),
  ...Object.entries(ofPositive).map(([name, op]) => on(positive)(name, (a) => op(a!))),
  ...Object.entries(steps).map(([name, op]) => on(x)(name, (a) => op(a!))),
  on(x)('gelu, tanh', (a) => t.gelu(a!, { approximate: 'tanh' })),
  on(x)('leakyRelu with a slope', (a) => t.leakyRelu(a!, { negativeSlope: 0.3 })),
  on(x)('elu with alpha', (a) => t.elu(a!, { alpha: 0.7 })),
  on(x)('celu with alpha', (a) => t.celu(a!, { alpha: 0.7 })),
  on(x)('softplus with beta and threshold', (a) => t.softplus(a!, { beta: 2, threshold: 1.5 })),
  on(x)('hardtanh with bounds', (a) => t.hardtanh(a!, { minVal: -0.4, maxVal: 1.2 })),
  on(x)('softshrink', (a) => t.softshrink(a!, 0.4)),
  on(x)('hardshrink', (a) => t.hardshrink(a!, 0.4)),
  on(x)('threshold', (a) => t.threshold(a!, 0.3, 7)),
  on(x, number)('prelu with one slope', (a, b) => t.prelu(a!, b!)),
  on(cube, sample([3], 27))('prelu with a slope for each channel', (a, b) => t.prelu(a!, b!)),
  on(cube)('glu', (a) => t.glu(a!)),
  on(cube)('glu along the first dim', (a) => t.glu(a!, 0)),
  on(x)('softmin', (a) => t.softmin(a!, 0)),
  ...Object.entries(binary).flatMap(([name, op]) => [
    on(x, z)(name, (a, b) => op(a!, b!)),
    on(x, row)(`${name} of a row`, (a, b) => op(a!, b!)),
    on(column, row)(`${name} of a column and a row`, (a, b) => op(a!, b!)),
    on(x)(`${name} of a number on the right`, (a) => op(a!, 0.37)),
    on(x)(`${name} of a number on the left`, (a) => op(0.37, a!)),
  ]),
  on(x, number)('mul by a 0-d tensor', (a, b) => a!.mul(b!)),
  on(x, z)('add with alpha', (a, b) => a!.add(b!, { alpha: 0.3 })),
  on(x, z)('sub with alpha', (a, b) => a!.sub(b!, { alpha: 0.3 })),
  on(x, positive)('div', t.div as Fn),
  on(x, positive.detach().select(0, 1).requiresGrad_())('div by a row', t.div as Fn),
  on(positive)('a number divided', (a) => t.div(2, a!)),
  on(positive)('remainder of a number', (a) => a!.remainder(0.71)),
  on(x, positive)('remainder', (a, b) => a!.remainder(b!)),
  on(x, positive)('floorDiv', (a, b) => a!.floorDiv(b!)),
  on(positive, z)('pow', (a, b) => t.pow(a!, b!)),
  on(positive)('pow of a number', (a) => t.pow(1.7, a!)),
  ...[0, 0.5, 1, 2, 3, 4, -1, -2, 1.3, 5].map((power) => on(positive)(`pow ${power}`, (a) => a!.pow(power))),
  on(x)('clamp', (a) => a!.clamp({ min: -0.5, max: 0.5 })),
  on(x)('clamp from below', (a) => a!.clampMin(-0.5)),
  on(x)('clamp from above', (a) => a!.clampMax(0.5)),
  on(x, z)('where', (a, b) => t.where(mask, a!, b!)),
  on(x, row)('where, broadcast', (a, b) => t.where(mask, a!, b!)),
  on(x)('where with a number', (a) => t.where(mask, a!, 3).add(t.where(mask, 2, a!))),
  on(x)('maskedFill', (a) => a!.maskedFill(mask, 7)),
  ...reductions.flatMap((name) => [
    on(x)(name, (a) => a![name]()),
    on(cube)(`${name} over one dim`, (a) => a![name](1)),
    on(cube)(`${name} over two dims, kept`, (a) => a![name]([0, -1], { keepdim: true })),
  ]),
  on(x)('var with correction 0', (a) => a!.var(1, { correction: 0 })),
  on(
    tensor(
      [
        [2, 0, 3],
        [0, 5, 0],
      ],
      { dtype: 'float64', requiresGrad: true },
    ),
  )('prod with zeros', (a) => a!.prod(1)),
  on(cube)('max along a dim', (a) => a!.max(1).values),
  on(cube)('min along a dim, kept', (a) => a!.min(-1, { keepdim: true }).values),
  on(x)('softmax', (a) => a!.softmax(1)),
  on(cube)('logSoftmax', (a) => a!.logSoftmax(1)),
  on(x, sample([4, 2], 8))('mm', t.mm as Fn),
  on(x, row)('mv', t.mv as Fn),
  on(sample([2, 3, 4], 9), sample([2, 4, 2], 10))('bmm', t.bmm as Fn),
  on(row, sample([4], 11))('dot', t.dot as Fn),
  on(number, row)('dot of a number', t.dot as Fn),
  on(row, sample([3], 12))('outer', t.outer as Fn),
  on(cube, sample([4, 2], 13))('matmul with a matrix', t.matmul as Fn),
  on(cube, row)('matmul with a vector', t.matmul as Fn),
  on(row, sample([4, 2], 14))('matmul of a vector', t.matmul as Fn),
  on(row, sample([2, 4, 3], 15))('matmul of a vector and a batch', t.matmul as Fn),
  on(sample([2, 1, 3, 4], 16), sample([3, 4, 2], 17))('matmul, broadcast', t.matmul as Fn),
  on(x, sample([2, 4, 3], 18))('matmul of a matrix and a batch', t.matmul as Fn),
  on(cube, sample([5, 4], 19), sample([5], 20))('linear', t.linear as Fn),
  on(row, sample([5, 4], 19))('linear of a vector, without bias', (a, b) => t.linear(a!, b!)),
  on(
    sample([2, 3, 2], 19),
    sample([2, 3, 4], 20),
    sample([5, 2, 4], 21),
    sample([5], 22),
  )('bilinear', t.bilinear as Fn),
  on(
    sample([2], 19),
    sample([4], 20),
    sample([5, 2, 4], 21),
  )('bilinear of vectors', (a, b, c) => t.bilinear(a!, b!, c!)),
  on(sample([2, 3, 2, 4], 21), sample([2, 2, 4, 5], 22))('contract', (a, b) =>
    a!.contract(b!, { batch: 1, m: 1, n: 1, k: 2 }),
  ),
  on(x)('reshape', (a) => a!.reshape([2, 6])),
  on(cube)('flatten', (a) => a!.flatten(1)),
  on(cube)('unflatten', (a) => a!.unflatten(-1, [2, -1])),
  on(cube)('permute', (a) => a!.permute([-1, 0, 1])),
  on(cube)('transpose', (a) => a!.transpose(0, -1)),
  on(x)('t', (a) => a!.t()),
  on(cube)('T', (a) => a!.T),
  on(column)('squeeze', (a) => a!.squeeze(-1)),
  on(column)('squeeze of all', (a) => a!.squeeze()),
  on(x)('unsqueeze', (a) => a!.unsqueeze(1)),
  on(column)('expand', (a) => a!.expand([2, 3, 5])),
  on(row)('expandAs', (a) => a!.expandAs(x)),
  on(cube)('slice', (a) => a!.slice(2, -1, 0, -2)),
  on(cube)('select', (a) => a!.select(1, -1)),
  on(cube)('flip', (a) => a!.flip([0, 2])),
  on(cube)('diagonal', (a) => a!.diagonal({ offset: -1, dim0: 2, dim1: 0 })),
  on(x)('unfold, overlapping', (a) => a!.unfold(1, 3)),
  on(sample([9], 23))('unfold with step and dilation', (a) => a!.unfold(-1, 3, { step: 2, dilation: 2 })),
  on(cube)('at with numbers and slices', (a) => a!.at(1, null, '::2', '...')),
  on(cube)('at with an integer tensor', (a) =>
    a!.at('...', tensor([2, 0, 2], { dtype: 'int32' }), ':').add(a!.at(0, ':', labels).sum()),
  ),
  on(cube)('at with integer tensors side by side', (a) =>
    a!.at(':', tensor([2, 0, -1], { dtype: 'int32' }), positions),
  ),
  on(cube)('at with integer tensors apart', (a) => a!.at(tensor([1, 0, -1], { dtype: 'int32' }), null, ':', labels)),
  on(cube)('cumsum', (a) => a!.cumsum(1)),
  on(number)('cumsum of a 0-d tensor', (a) => a!.cumsum(0)),
  on(x)('sort', (a) => a!.sort(0, { descending: true }).values),
  on(x)('topk', (a) => t.topk(a!, 2, 1).values),
  on(x)('gather', (a) => a!.gather(1, positions)),
  on(x)('indexSelect with repeats', (a) => a!.indexSelect(1, tensor([3, 0, 3], { dtype: 'int32' }))),
  on(x, sample([3, 3], 24))('scatterAdd', (a, b) => a!.scatterAdd(1, positions, b!)),
  on(x, sample([3, 3], 25))('indexAdd', (a, b) => t.indexAdd(a!, 1, labels, b!)),
  on(number)('indexSelect of a 0-d tensor', (a) => a!.indexSelect(0, tensor([0, 0], { dtype: 'int32' }))),
  on(x)('embedding', (a) =>
    t.embedding(
      tensor(
        [
          [0, 2],
          [2, 1],
        ],
        { dtype: 'int32' },
      ),
      a!,
    ),
  ),
  on(x, column, z)('cat', (...list) => t.cat(list, 1)),
  on(x, z)('stack', (...list) => t.stack(list, -1)),
  on(x)('pad', (a) => t.pad(a!, [1, 2, 0, 1], { value: 3 })),
  on(cube)('tril', (a) => a!.tril(1)),
  on(x)('triu', (a) => a!.triu()),
  on(x)('clone', (a) => a!.clone()),
  on(x)('contiguous', (a) => a!.contiguous()),
  on(x)('to a dtype and back', (a) => a!.to('float64').mul(2).to('float64')),
  on(
    cube,
    row,
    sample([4], 27),
  )('layerNorm', (a, weight, bias) => t.layerNorm(a!, [4], { weight: weight!, bias: bias! })),
  on(cube, x)('layerNorm over two dims, without bias', (a, weight) =>
    t.layerNorm(a!, [3, 4], { weight: weight!, eps: 0.1 }),
  ),
  on(cube)('layerNorm without either', (a) => t.layerNorm(a!, [4])),
  on(cube, row)('rmsNorm', (a, weight) => t.rmsNorm(a!, [4], { weight: weight! })),
  on(cube)('rmsNorm without weight, with eps', (a) => t.rmsNorm(a!, [3, 4], { eps: 0.3 })),
  on(
    sample([2, 4, 3], 28),
    row,
    sample([4], 29),
  )('groupNorm', (a, weight, bias) => t.groupNorm(a!, 2, { weight: weight!, bias: bias! })),
  on(sample([2, 4], 30))('groupNorm of vectors, without either', (a) => t.groupNorm(a!, 1)),
  on(
    cube,
    sample([3], 31),
    sample([3], 32),
  )('batchNorm, training', (a, weight, bias) =>
    t.batchNorm(a!, null, null, { weight: weight!, bias: bias!, training: true }),
  ),
  on(x)('batchNorm of rows, training', (a) => t.batchNorm(a!, null, null, { training: true, eps: 0.1 })),
  on(
    sample([2, 3, 2, 2], 33),
    sample([3], 34),
    sample([3], 35),
  )('batchNorm, evaluating', (a, weight, bias) =>
    t.batchNorm(a!, tensor([0.3, -0.2, 0.1], float64), tensor([1.3, 0.4, 2], float64), {
      weight: weight!,
      bias: bias!,
    }),
  ),
  ...[1, 2, 3.5, Number.POSITIVE_INFINITY].map((p) =>
    on(cube)(`normalize, p ${p}`, (a) => t.normalize(a!, { p, dim: -1 })),
  ),
  ...[1, 2, 3.5, Number.NEGATIVE_INFINITY].map((p) =>
    on(cube)(`norm, p ${p}`, (a) => a!.norm(p, [0, 2], { keepdim: true })),
  ),
  on(x)('dropout', (a) => t.dropout(a!, { p: 0.3, generator: t.philoxRng(1) })),
  on(cube)('featureDropout', (a) => t.featureDropout(a!, { generator: t.torchRng(2) })),
  ...(
    [
      ['', {}],
      [', causal, dropped', { isCausal: true, dropoutP: 0.2 }],
      [', scaled, under a mask with an empty row', { scale: 0.7, attnMask: mask }],
    ] as const
  ).map(([name, options]) =>
    on(
      cube,
      sample([2, 4, 4], 36),
      sample([2, 4, 2], 37),
    )(`scaledDotProductAttention${name}`, (q, k, v) =>
      t.scaledDotProductAttention(q!, k!, v!, { ...options, generator: t.philoxRng(3) }),
    ),
  ),
  on(
    cube,
    x,
    z,
    sample([3, 1], 38),
  )('scaledDotProductAttention of shared keys, with an added mask', (q, k, v, attnMask) =>
    t.scaledDotProductAttention(q!, k!, v!, { attnMask: attnMask! }),
  ),
  ...(['mean', 'sum', 'none'] as const).flatMap((reduction) => [
    on(x)(`crossEntropy, ${reduction}`, (a) => t.crossEntropy(a!, labels, { reduction })),
    on(x)(`crossEntropy with everything, ${reduction}`, (a) =>
      t.crossEntropy(a!, labels, { reduction, weight, ignoreIndex: 0, labelSmoothing: 0.3 }),
    ),
    on(x, unit)(`crossEntropy with probabilities and everything, ${reduction}`, (a, b) =>
      t.crossEntropy(a!, b!, { reduction, weight, labelSmoothing: 0.3 }),
    ),
    on(x)(`nllLoss, ${reduction}`, (a) => t.nllLoss(a!, labels, { reduction })),
    on(x)(`nllLoss with weights, ${reduction}`, (a) => t.nllLoss(a!, labels, { reduction, weight, ignoreIndex: 0 })),
    on(x, z)(`mseLoss, ${reduction}`, (a, b) => t.mseLoss(a!, b!, { reduction })),
    on(x, z)(`l1Loss, ${reduction}`, (a, b) => t.l1Loss(a!, b!, { reduction })),
    on(x, z)(`smoothL1Loss, ${reduction}`, (a, b) => t.smoothL1Loss(a!, b!, { reduction, beta: 0.7 })),
    on(x, z)(`huberLoss, ${reduction}`, (a, b) => t.huberLoss(a!, b!, { reduction, delta: 0.7 })),
    on(unit, positive)(`binaryCrossEntropy, ${reduction}`, (a, b) => t.binaryCrossEntropy(a!, b!, { reduction })),
    on(unit, positive)(`binaryCrossEntropy with weights, ${reduction}`, (a, b) =>
      t.binaryCrossEntropy(a!, b!, { reduction, weight }),
    ),
    on(x, positive)(`binaryCrossEntropyWithLogits, ${reduction}`, (a, b) =>
      t.binaryCrossEntropyWithLogits(a!, b!, { reduction }),
    ),
    on(x, positive)(`binaryCrossEntropyWithLogits with weights, ${reduction}`, (a, b) =>
      t.binaryCrossEntropyWithLogits(a!, b!, { reduction, weight, posWeight: weight.square() }),
    ),
    on(x, positive)(`klDiv, ${reduction}`, (a, b) => t.klDiv(a!, b!, { reduction })),
    on(x, z)(`klDiv of logarithms, ${reduction}`, (a, b) => t.klDiv(a!, b!, { reduction, logTarget: true })),
    on(x)(`hingeEmbeddingLoss, ${reduction}`, (a) => t.hingeEmbeddingLoss(a!, signs, { reduction, margin: 0.7 })),
    on(x, z)(`marginRankingLoss, ${reduction}`, (a, b) =>
      t.marginRankingLoss(a!, b!, signs, { reduction, margin: 0.7 }),
    ),
    on(x)(`multiMarginLoss, ${reduction}`, (a) => t.multiMarginLoss(a!, labels, { reduction, p: 2, weight })),
    on(x, z)(`cosineEmbeddingLoss, ${reduction}`, (a, b) =>
      t.cosineEmbeddingLoss(a!, b!, signs.select(1, 0), { reduction, margin: -0.9 }),
    ),
  ]),
  on(x, positive)('klDiv, batchmean', (a, b) => t.klDiv(a!, b!, { reduction: 'batchmean' })),
  on(x, row)('cosineSimilarity, broadcast', (a, b) => t.cosineSimilarity(a!, b!, { dim: -1 })),
  on(x, z)('mseLoss, broadcast', (a, b) => t.mseLoss(a!, b!.select(0, 1))),
  on(x, positive)('crossEntropy with probabilities', (a, b) => t.crossEntropy(a!, b!)),
  on(sample([2, 4, 3], 26))('crossEntropy of (N, C, d)', (a) =>
    t.crossEntropy(
      a!,
      tensor(
        [
          [0, 3, 1],
          [2, 2, 0],
        ],
        { dtype: 'int32' },
      ),
    ),
  ),
  ...Object.entries({ tanhCell, reluCell, lstmCell, gruCell }).map(([name, cell]) => {
    const [T, B, H] = [3, 1, 2]
    const initial = Array.from({ length: cell.states }, (_, k) => sample([B, H], 31 + k))
    return on(
      sample([T, B, cell.gates * H], 33),
      sample([cell.gates * H, H], 34),
      sample([cell.gates * H], 35),
      ...initial,
    )(`recurrence, ${name}`, (projections, weights, bias, ...states) =>
      t.recurrence(cell, projections!, weights!, bias!, states),
    )
  }),
  on(
    sample([2, 1, 3], 36),
    sample([3, 1], 37),
    sample([1, 1], 38),
  )('recurrence without bias', (a, b, c) => t.recurrence(gruCell, a!, b!, null, [c!]).slice(1, -1)),
  on(x, z)('a value used twice', (a, b) => a!.mul(a!).add(a!).mul(b!.sub(a!))),
]
