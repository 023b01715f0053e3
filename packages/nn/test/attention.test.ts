import { backward, checkpoint, manualSeed, ones, rand, randn, type Tensor, tensor, zeros } from '@rungs/autograd'
import { expectClose } from '@rungs/testing'
import { describe, expect, test } from 'vitest'
import {
  LayerNorm,
  MultiheadAttention,
  TransformerDecoder,
  TransformerDecoderLayer,
  TransformerEncoder,
  TransformerEncoderLayer,
} from '../src/index.ts'
import { thrown, values } from './support.ts'

const float64 = { dtype: 'float64' } as const
const closely = { relative: 1e-12, absolute: 1e-14 }
const batchFirst = true

manualSeed(6)
const x = randn([2, 5, 6], float64)
const attention = new MultiheadAttention(6, 3, { batchFirst, ...float64 })
const later = ones([5, 5], { dtype: 'bool' }).triu(1)

describe('MultiheadAttention', () => {
  test('does not look ahead where it is causal, as under the mask that says so', () => {
    const [expected] = attention.forward(x, x, x, { attnMask: later })
    const [found, weights] = attention.forward(x, x, x, { isCausal: true, averageAttnWeights: false })
    expectClose(values(found), values(expected), closely)
    expect(weights!.shape).toEqual([2, 3, 5, 5])
    expect(values(weights!.triu(1)).every((weight) => weight === 0)).toBe(true)
    expectClose(values(weights!.sum(-1)), new Array(30).fill(1), closely)
  })
  test('of padding, a causal mask and added numbers looks where all three allow', () => {
    const keyPaddingMask = tensor([
      [false, false, false, true, true],
      [false, false, false, false, false],
    ])
    const bias = rand([5, 5], float64)
    const [, weights] = attention.forward(x, x, x, { keyPaddingMask, attnMask: bias, isCausal: true })
    expect(values(weights!.triu(1)).every((weight) => weight === 0)).toBe(true)
    expect(values(weights!.at(0, ':', '3:')).every((weight) => weight === 0)).toBe(true)
    expectClose(values(weights!.sum(-1)), new Array(10).fill(1), closely)
  })
  test('of an example that is padding throughout gives the bias of its last projection, and finite gradients', () => {
    const keyPaddingMask = tensor([
      [true, true, true, true, true],
      [false, true, true, true, true],
    ])
    for (const needWeights of [true, false]) {
      const query = x.clone().requiresGrad_()
      const [out] = attention.forward(query, x, x, { keyPaddingMask, needWeights })
      expectClose(values(out.at(0, 0)), values(attention.outProj.bias!), closely)
      out.square().sum().backward()
      expect(values(query.grad!).every(Number.isFinite)).toBe(true)
    }
  })
  test('has PyTorch’s names', () => {
    const names = (made: MultiheadAttention): string[] => Object.keys(made.stateDict())
    expect(names(new MultiheadAttention(4, 2))).toEqual([
      'in_proj_weight',
      'in_proj_bias',
      'out_proj.weight',
      'out_proj.bias',
    ])
    expect(names(new MultiheadAttention(4, 2, { kdim: 3, vdim: 2, addBiasKv: true, bias: false }))).toEqual([
      'q_proj_weight',
      'k_proj_weight',
      'v_proj_weight',
      'bias_k',
      'bias_v',
      'out_proj.weight',
    ])
  })
  test('drops weights while training', () => {
    const dropping = new MultiheadAttention(6, 3, { dropout: 0.5, batchFirst, ...float64 })
    const [, weights] = dropping.forward(x, x, x, { averageAttnWeights: false })
    expect(values(weights!)).toContain(0)
    const [, kept] = dropping.eval().forward(x, x, x, { averageAttnWeights: false })
    expect(values(kept!)).not.toContain(0)
  })
})

describe('a layer of a transformer', () => {
  const options = { dimFeedforward: 8, dropout: 0, batchFirst, ...float64 } as const
  test.each([true, false])('that is causal does not depend on what follows, normFirst %s', (normFirst) => {
    const layer = new TransformerEncoderLayer(6, 2, { ...options, normFirst, activation: 'gelu' })
    const changed = x.clone()
    changed.set([':', '3:'], 9)
    const [first, second] = [x, changed].map((each) => layer.forward(each, { isCausal: true }).at(':', ':3'))
    expectClose(values(first!), values(second!), closely)
    const memory = randn([2, 4, 6], float64)
    const decoder = new TransformerDecoderLayer(6, 2, { ...options, normFirst })
    const [third, fourth] = [x, changed].map((each) =>
      decoder.forward(each, memory, { tgtIsCausal: true }).at(':', ':3'),
    )
    expectClose(values(third!), values(fourth!), closely)
  })
  test('is the same with examples first or second', () => {
    const [first, second] = [true, false].map((batchFirst) => {
      manualSeed(1)
      return new TransformerEncoderLayer(6, 2, { ...options, batchFirst })
    }) as [TransformerEncoderLayer, TransformerEncoderLayer]
    expectClose(values(second.forward(x.transpose(0, 1)).transpose(0, 1)), values(first.forward(x)), closely)
  })
  test('takes a function between its linear layers, and drops while training', () => {
    const seen: Tensor[] = []
    const layer = new TransformerEncoderLayer(6, 2, {
      ...options,
      dropout: 0.5,
      activation: (h) => {
        seen.push(h)
        return h.sigmoid()
      },
    })
    const [first, second] = [layer.forward(x), layer.forward(x)]
    expect(seen[0]!.shape).toEqual([2, 5, 8])
    expect(values(first)).not.toEqual(values(second))
    layer.eval()
    expect(values(layer.forward(x))).toEqual(values(layer.forward(x)))
  })
  test('drops the same when a checkpoint computes it again', () => {
    const layer = new TransformerEncoderLayer(6, 2, { ...options, dropout: 0.3 })
    const gradientsOf = (forward: (h: Tensor) => Tensor): number[] => {
      manualSeed(2)
      layer.zeroGrad()
      forward(x).square().sum().backward()
      return layer.parameters().flatMap(({ grad }) => values(grad!))
    }
    const plain = gradientsOf((h) => layer.forward(h))
    expect(gradientsOf((h) => checkpoint((inner: Tensor) => layer.forward(inner), h))).toEqual(plain)
  })
  test('without biases has none anywhere', () => {
    const layer = new TransformerDecoderLayer(6, 2, { ...options, bias: false })
    expect(Object.keys(layer.stateDict()).filter((name) => name.includes('bias'))).toEqual([])
    backward([layer.forward(x, x)], [x])
    expect(layer.parameters().every(({ grad }) => grad !== null)).toBe(true)
  })
})

describe('a stack of layers', () => {
  const options = { dimFeedforward: 8, dropout: 0, batchFirst, ...float64 } as const
  test('is copies of one, with parameters of their own', () => {
    const layer = new TransformerEncoderLayer(6, 2, options)
    const encoder = new TransformerEncoder(layer, 2, { norm: new LayerNorm(6, float64) })
    const twice = layer.forward(layer.forward(x, { isCausal: true }), { isCausal: true })
    expectClose(values(encoder.forward(x, { isCausal: true })), values(encoder.norm!.forward(twice)), closely)
    encoder.forward(x).sum().backward()
    expect(layer.parameters().every(({ grad }) => grad === null)).toBe(true)
    expect(encoder.parameters().filter(({ grad }) => grad !== null)).toHaveLength(26)
    expect(Object.keys(encoder.stateDict())[0]).toBe('layers.0.self_attn.in_proj_weight')
    expect(String(encoder)).toMatch(
      /^TransformerEncoder\(\n {2}\(layers\): ModuleList\(\n {4}\(0\): TransformerEncoderLayer\(/,
    )
  })
  test('of decoders hands the memory to each', () => {
    const layer = new TransformerDecoderLayer(6, 2, options)
    const memory = randn([2, 3, 6], float64)
    const masks = { tgtIsCausal: true, memoryMask: tensor([[false, true, false]]).expand([5, 3]) }
    const twice = layer.forward(layer.forward(x, memory, masks), memory, masks)
    expectClose(values(new TransformerDecoder(layer, 2).forward(x, memory, masks)), values(twice), closely)
  })
})

describe('bad input is named', () => {
  const q = ones([5, 2, 8])
  const made = new MultiheadAttention(8, 2)
  const rows: readonly (readonly [name: string, call: () => unknown, message: string | RegExp])[] = [
    ['heads that do not come out', () => new MultiheadAttention(10, 3), /^embed_dim must be divisible by num_heads/],
    [
      'half a width',
      () => new MultiheadAttention(2.5, 1),
      'MultiheadAttention: embedDim must be a positive integer, got 2.5',
    ],
    [
      'no array',
      () => made.forward(q, q, null as unknown as Tensor),
      /^MultiheadAttention: the input must be a Tensor, got null/,
    ],
    ['another width', () => made.forward(ones([5, 2, 7]), q, q), 'was expecting embedding dimension of 8, but got 7'],
    [
      'keys without values',
      () => made.forward(q, ones([4, 2, 8]), q),
      "key's sequence and batch dims (4, 2) do not match value's (5, 2)",
    ],
    [
      'one rank and another',
      () => made.forward(ones([5, 8]), q, q),
      'For unbatched (2-D) `query`, expected `key` and `value` to be 2-D but found 3-D and 3-D tensors respectively',
    ],
    [
      'a vector',
      () => made.forward(ones([8]), q, q),
      /^query should be unbatched 2D or batched 3D tensor but received 1-D/,
    ],
    ['other examples', () => made.forward(q, ones([5, 3, 8]), ones([5, 3, 8])), /the query has 2 examples, the key 3/],
    [
      'a mask of another size',
      () => made.forward(q, q, q, { attnMask: zeros([4, 5]) }),
      'The shape of the 2D attn_mask is (4, 5), but should be (5, 5).',
    ],
    [
      'a mask for other heads',
      () => made.forward(q, q, q, { attnMask: zeros([3, 5, 5]) }),
      'The shape of the 3D attn_mask is (3, 5, 5), but should be (4, 5, 5).',
    ],
    [
      'a mask of integers',
      () => made.forward(q, q, q, { attnMask: zeros([5, 5], { dtype: 'int32' }) }),
      'only bool and floating types of attn_mask are supported, not int32',
    ],
    [
      'padding of another size',
      () => made.forward(q, q, q, { keyPaddingMask: zeros([2, 4], { dtype: 'bool' }) }),
      'expecting key_padding_mask shape of (2, 5), but got (2, 4)',
    ],
    ['an option that is not there', () => made.forward(q, q, q, { attn_mask: null } as object), /write attnMask$/],
    [
      'an activation that is not there',
      () => new TransformerEncoderLayer(8, 2, { activation: 'tanh' as 'relu' }),
      /^activation should be relu\/gelu, not tanh/,
    ],
    [
      'a mask of another name',
      () => new TransformerDecoderLayer(8, 2).forward(q, q, { mask: null } as object),
      /^TransformerDecoderLayer\(\) got/,
    ],
  ]
  test.for(rows)('%s', ([, call, message]) => {
    const error = thrown(call)
    expect(error.name).toMatch(/^(Rungs|Shape|DType)Error$/)
    expect(error.message).toMatch(message)
  })
})
