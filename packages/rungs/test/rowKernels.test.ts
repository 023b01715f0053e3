import { describe, expect, test } from 'vitest'
import {
  batchNorm,
  crossEntropy,
  groupNorm,
  layerNorm,
  logSoftmax,
  rmsNorm,
  scaledDotProductAttention,
  softmax,
  type Tensor,
  tensor,
  zeros,
} from '../src/index.ts'
import { webgpuAsHardware as device } from './devices.ts'

const leaf = (...shape: number[]): Tensor => zeros(shape, { device }).requiresGrad_()
const [x, columns, weight, bias] = [leaf(4, 96), leaf(96, 4), leaf(96), leaf(96)]
const [images, ofChannels] = [leaf(4, 8, 5), { weight: leaf(8), bias: leaf(8) }]
const [query, key, value] = [leaf(2, 40, 24), leaf(2, 40, 24), leaf(2, 40, 24)]
const leaves = [x, columns, weight, bias, images, ofChannels.weight, ofChannels.bias, query, key, value]
const labels = tensor([3, 1, 2, 0], { dtype: 'int32', device })

/** Kernels that `run` takes, and what it gives. */
function counted<T>(run: () => T): [count: number, result: T] {
  const { dispatches } = device.counts
  const result = run()
  return [device.counts.dispatches - dispatches, result]
}

/**
 * What needs sums over rows is one kernel, and so is its gradient; those of a weight and a bias, sums over what they were
 * broadcast to, are another one. Attention takes two products forward and four back, and a copy for keys, whose gradient is transposed; labels
 * are looked up, and their gradients put back.
 */
describe('kernels on a GPU, forward and back', () => {
  test.each<[name: string, call: () => Tensor, forward: number, backward: number]>([
    ['softmax', () => softmax(x, 1), 1, 1],
    ['softmax of columns', () => softmax(columns, 0), 1, 1],
    ['logSoftmax', () => logSoftmax(x, 1), 1, 1],
    ['layerNorm', () => layerNorm(x, [96], { weight, bias }), 1, 2],
    ['rmsNorm', () => rmsNorm(x, [96], { weight }), 1, 2],
    ['groupNorm', () => groupNorm(images, 2, ofChannels), 1, 2],
    ['batchNorm', () => batchNorm(images, null, null, { ...ofChannels, training: true }), 2, 2],
    ['attention', () => scaledDotProductAttention(query, key, value), 3, 6],
    ['crossEntropy', () => crossEntropy(x, labels), 4, 4],
  ])('of %s', (_, call, forward, backward) => {
    for (const leaf of leaves) leaf.grad = null
    const [there, y] = counted(call)
    const upstream = zeros(y.shape, { device })
    const [back] = counted(() => y.backward(upstream))
    expect([there, back]).toEqual([forward, backward])
  })
})
