import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import * as t from '../src/index.ts'
import { ones, setWarnings, type Tensor, tensor, zeros } from '../src/index.ts'

const int = (...values: number[]): Tensor => tensor(values, { dtype: 'int32' })
const of = (x: Tensor): number[] => Array.from(x.toTypedArraySync())

let warnings: string[] = []
beforeEach(() => {
  warnings = []
  setWarnings((message) => warnings.push(message))
})
afterEach(() => void setWarnings('default'))

describe('losses of classes', () => {
  const logits = tensor([
    [1, 2, 3],
    [3, 2, 1],
  ])
  test('where every label is ignored, the mean is NaN, the sum 0 and every loss 0', () => {
    const ignored = int(-100, -100)
    expect(t.crossEntropy(logits, ignored).itemSync()).toBeNaN()
    expect(t.crossEntropy(logits, ignored, { reduction: 'sum' }).itemSync()).toBe(0)
    expect(of(t.nllLoss(logits, ignored, { reduction: 'none' }))).toEqual([0, 0])
  })
  test('labels of bytes are classes too, and none of them is ignored by default', () => {
    const labels = tensor([2, 0], { dtype: 'uint8' })
    expect(of(t.nllLoss(logits, labels, { reduction: 'none' }))).toEqual([-3, -3])
  })
  test('an ignored class gets no gradient', () => {
    const x = logits.detach().clone().requiresGrad_()
    t.crossEntropy(x, int(1, 2), { ignoreIndex: 2, reduction: 'sum' }).backward()
    expect(of(x.grad!).slice(3)).toEqual([0, 0, 0])
  })
})

describe('warnings', () => {
  test.each<[string, (x: Tensor, y: Tensor) => Tensor]>([
    ['l1Loss', t.l1Loss],
    ['smoothL1Loss', t.smoothL1Loss],
    ['huberLoss', t.huberLoss],
  ])('%s warns of a target of another size', (_, fn) => {
    fn(zeros([4, 1]), ones([4]))
    expect(warnings).toEqual([
      expect.stringMatching(/^Using a target size \(4,\) that is different to the input size \(4, 1\)/),
    ])
  })
  test('klDiv warns of the mean, and of nothing else', () => {
    const [x, y] = [zeros([2, 2]), ones([2, 2])]
    t.klDiv(x, y, { reduction: 'batchmean' })
    expect(warnings).toEqual([])
    t.klDiv(x, y)
    expect(warnings).toEqual([
      expect.stringMatching(/^reduction: 'mean' divides the total loss by both the batch size/),
    ])
  })
})

describe('bad calls are named', () => {
  const [x, labels] = [ones([2, 3]), int(0, 1)]
  const rows: readonly (readonly [name: string, call: () => unknown, message: RegExp])[] = [
    [
      'a negative beta',
      () => t.smoothL1Loss(x, x, { beta: -1 }),
      /^smooth_l1_loss does not support negative values for beta/,
    ],
    [
      'a delta of 0',
      () => t.huberLoss(x, x, { delta: 0 }),
      /^huber_loss does not support non-positive values for delta/,
    ],
    ['an option of Python', () => t.huberLoss(x, x, { size_average: true } as object), /unexpected keyword argument/],
    [
      'weights of other classes',
      () => t.nllLoss(x, labels, { weight: ones([2]) }),
      /^weight tensor should be defined either for all 3/,
    ],
    [
      'weights in a list',
      () => t.crossEntropy(x, labels, { weight: [1, 2, 3] as never }),
      /^weight tensor should be defined/,
    ],
    [
      'too much smoothing',
      () => t.crossEntropy(x, labels, { labelSmoothing: 2 }),
      /^label_smoothing must be between 0\.0 and 1\.0\. Got: 2/,
    ],
    [
      'probabilities of another shape',
      () => t.binaryCrossEntropy(x, ones([2])),
      /^Using a target size \(\(2,\)\) that is different/,
    ],
    [
      'a reduction of klDiv',
      () => t.klDiv(x, x, { reduction: 'all' as 'sum' }),
      /^all is not a valid value for reduction/,
    ],
    ['a batch of none', () => t.klDiv(zeros([]), zeros([]), { reduction: 'batchmean' }), /'batchmean' needs a batch/],
    [
      'ranks of other dims',
      () => t.marginRankingLoss(x, x, labels),
      /^margin_ranking_loss : All input tensors should have same/,
    ],
    [
      'another power',
      () => t.multiMarginLoss(x, labels, { p: 3 as 2 }),
      /^multi_margin_loss: only p == 1 and p == 2 supported/,
    ],
    ['margins of floats', () => t.multiMarginLoss(x, ones([2])), /class labels are integers, got float32/],
    [
      'margins of other rows',
      () => t.multiMarginLoss(x, int(1)),
      /^multi_margin_loss: inconsistent target size, expected \(2,\) but got \(1,\)/,
    ],
    ['a negative class', () => t.multiMarginLoss(x, int(0, -1)), /out of bounds/],
    [
      'several targets',
      () => t.cosineEmbeddingLoss(x, x, x),
      /^0D or 1D target tensor expected, multi-target not supported/,
    ],
    [
      'vectors alone',
      () => t.cosineEmbeddingLoss(ones([3]), ones([3]), labels),
      /^1D target tensor expects 2D input tensors/,
    ],
    ['no tensor', () => t.cosineSimilarity(x, 1 as never), /^cosineSimilarity: expected a Tensor in place 1/],
  ]
  test.for(rows)('%s', ([, call, message]) => {
    expect(call).toThrow(message)
  })
})
