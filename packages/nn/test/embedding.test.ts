import { ones, tensor, zeros } from '@rungs/autograd'
import { describe, expect, test } from 'vitest'
import { Bilinear, Embedding, Identity, Unflatten } from '../src/index.ts'
import { thrown, values } from './support.ts'

test('maxNorm scales down in place the rows that are looked up, once each', () => {
  const layer = new Embedding(3, 2, { maxNorm: 1 })
  layer.weight.data = tensor([
    [3, 4],
    [0.3, 0.4],
    [6, 8],
  ])
  const found = values(layer.forward(tensor([0, 1, 0], { dtype: 'int32' })))
  const rounded = (numbers: number[]): number[] => numbers.map((x) => Number(x.toFixed(5)))
  expect(rounded(found)).toEqual([0.6, 0.8, 0.3, 0.4, 0.6, 0.8])
  expect(rounded(values(layer.weight))).toEqual([0.6, 0.8, 0.3, 0.4, 6, 8])
})

test('fromPretrained keeps the rows, frozen unless asked otherwise', () => {
  const rows = tensor([
    [1, 2],
    [3, 4],
  ])
  const frozen = Embedding.fromPretrained(rows, { paddingIdx: 0 })
  expect(values(frozen.forward(tensor(1, { dtype: 'int32' })))).toEqual([3, 4])
  expect([frozen.weight.requiresGrad, frozen.paddingIdx]).toEqual([false, 0])
  expect(Embedding.fromPretrained(rows, { freeze: false }).weight.requiresGrad).toBe(true)
})

test('Identity stands in for any layer', () => {
  const x = ones([2])
  expect(new Identity(54, { unused: true }).forward(x)).toBe(x)
})

describe('bad input is named', () => {
  const rows: readonly (readonly [name: string, call: () => unknown, message: RegExp])[] = [
    ['no rows', () => new Embedding(0, 2), /^Embedding: numEmbeddings must be a positive integer, got 0/],
    [
      'a padding row',
      () => new Embedding(3, 2, { paddingIdx: 3 }),
      /^Padding_idx must be within num_embeddings: got 3/,
    ],
    ['a word as a float', () => new Embedding(3, 2).forward(zeros([2])), /expected an integer index, got float32/],
    ['a word too far', () => new Embedding(3, 2).forward(tensor([3], { dtype: 'int32' })), /3 is out of/],
    ['an option of Python', () => new Embedding(3, 2, { padding_idx: 1 } as object), /write paddingIdx/],
    ['rows of one dim', () => Embedding.fromPretrained(ones([3])), /^Embeddings parameter is expected to be 2-dim/],
    [
      'other sizes',
      () => new Unflatten(1, [2, 4]).forward(ones([1, 6])),
      /^unflatten: Provided sizes \(2, 4\) don't multiply/,
    ],
    ['sizes of a number', () => new Unflatten(1, 3 as never), /^Unflatten: sizes are an array/],
    ['a width', () => new Bilinear(2, 0, 1), /^Bilinear: in2Features must be a positive integer, got 0/],
    [
      'inputs of other rows',
      () => new Bilinear(2, 2, 1).forward(ones([3, 2]), ones([4, 2])),
      /^bilinear\(\): input batch/,
    ],
  ]
  test.for(rows)('%s', ([, call, message]) => {
    expect(thrown(call).message).toMatch(message)
  })
})
