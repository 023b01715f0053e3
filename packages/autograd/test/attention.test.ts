import { expectClose } from '@rungs/testing'
import { describe, expect, test } from 'vitest'
import {
  AutogradError,
  scaledDotProductAttention as attend,
  attentionWeights,
  DTypeError,
  manualSeed,
  ones,
  philoxRng,
  RungsError,
  randn,
  ShapeError,
  type Tensor,
  tensor,
  where,
  zeros,
} from '../src/index.ts'

manualSeed(4)
const float64 = { dtype: 'float64' } as const
const [q, k, v] = [randn([2, 3, 4], float64), randn([2, 5, 4], float64), randn([2, 5, 6], float64)]
const values = (x: Tensor): number[] => Array.from(x.toTypedArraySync())
const closely = { relative: 1e-12, absolute: 1e-14 }
const expectSame = (found: Tensor, expected: Tensor): void => {
  expect(found.shape).toEqual(expected.shape)
  expectClose(values(found), values(expected), closely)
}
/** The definition, operation by operation. */
const byDefinition = (bias: Tensor, scale = 0.5): Tensor =>
  q.matmul(k.transpose(1, 2)).mul(scale).add(bias).softmax(-1).matmul(v)
const none = Number.NEGATIVE_INFINITY

describe('attention', () => {
  test('is a mean of values, weighted by softmax of scaled scores', () => {
    expectSame(attend(q, k, v), byDefinition(zeros([])))
    expectSame(attend(q, k, v, { scale: 2 }), byDefinition(zeros([]), 2))
    expectSame(attentionWeights(q, k).matmul(v), attend(q, k, v))
  })
  test('adds a mask of numbers', () => {
    const attnMask = randn([3, 5], float64)
    expectSame(attend(q, k, v, { attnMask }), byDefinition(attnMask))
  })
  test('looks where a boolean mask is true', () => {
    const attnMask = tensor([[[true, false, true, true, false]], [[false, true, true, true, true]]])
    expectSame(attend(q, k, v, { attnMask }), byDefinition(where(attnMask, zeros([], float64), none)))
  })
  test('does not look ahead where it is causal', () => {
    const bias = tensor(
      [
        [0, none, none, none, none],
        [0, 0, none, none, none],
        [0, 0, 0, none, none],
      ],
      float64,
    )
    expectSame(attend(q, k, v, { isCausal: true }), byDefinition(bias))
  })
  test('gives zeros, and gradients of zero, where nothing may be looked at', () => {
    const query = q.clone().requiresGrad_()
    const empty = tensor([[true], [false], [true]])
    for (const attnMask of [empty, where(empty, zeros([], float64), none)]) {
      const out = attend(query, k, v, { attnMask })
      expectClose(values(out.select(1, 1)), new Array(12).fill(0))
      expectSame(out.select(1, 0), attend(q, k, v).select(1, 0))
      query.grad = null
      out.square().sum().backward()
      expectClose(values(query.grad!.select(1, 1)), new Array(8).fill(0))
      expect(values(query.grad!).every(Number.isFinite)).toBe(true)
    }
  })
  test('drops weights, and scales the others', () => {
    const options = { dropoutP: 0.5, generator: philoxRng(1) }
    const plain = values(attentionWeights(q, k))
    values(attentionWeights(q, k, options)).forEach((weight, i) => {
      if (weight !== 0) expectClose([weight], [2 * plain[i]!], closely)
    })
    expect(values(attentionWeights(q, k, options))).toContain(0)
  })
  test('takes keys and values that all examples share', () => {
    expectSame(
      attend(q, k.select(0, 0), v.select(0, 0)).select(0, 1),
      attend(q.select(0, 1), k.select(0, 0), v.select(0, 0)),
    )
  })
})

test.each<[name: string, call: () => unknown, error: new (...args: never[]) => Error, message: string | RegExp]>([
  ['no tensor', () => attend(q, k, 3 as unknown as Tensor), AutogradError, 'expected a Tensor in place 2'],
  ['keys of another width', () => attend(q, v, v), ShapeError, 'got (2, 3, 4), (2, 5, 6)'],
  ['vectors', () => attend(ones([4]), ones([4]), ones([4])), ShapeError, 'queries are (…, L, E)'],
  ['too few values', () => attend(q, k, v.slice(1, 0, 4)), ShapeError, 'got (2, 3, 4), (2, 5, 4), (2, 4, 6)'],
  [
    'a mask of integers',
    () => attend(q, k, v, { attnMask: zeros([3, 5], { dtype: 'int32' }) }),
    DTypeError,
    /^Expected attn_mask dtype to be bool or float/,
  ],
  [
    'a mask of another size',
    () => attend(q, k, v, { attnMask: zeros([3, 4]) }),
    ShapeError,
    'The expanded size of the tensor (5) must match',
  ],
  [
    'two masks',
    () => attend(q, k, v, { attnMask: zeros([3, 5]), isCausal: true }),
    RungsError,
    'Explicit attn_mask should not be set when is_causal=True',
  ],
  [
    'a probability of 2',
    () => attend(q, k, v, { dropoutP: 2 }),
    RungsError,
    'dropout probability has to be between 0 and 1, but got 2',
  ],
  ["PyTorch's own spelling", () => attend(q, k, v, { attn_mask: null } as object), RungsError, 'write attnMask'],
])('refuses %s', (_, call, error, message) => {
  expect(call).toThrow(error)
  expect(call).toThrow(message)
})
