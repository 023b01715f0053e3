import {
  array,
  bmm,
  cat,
  indexSelect,
  linear,
  logSoftmax,
  logsumexp,
  matmul,
  mean,
  memory,
  mm,
  type NDArray,
  ones,
  outer,
  softmax,
  std,
  sum,
  variance,
} from '@rungs/ndarray'
import { beforeAll, expect, test } from 'vitest'
import type { WebGpuDevice } from '../src/index.ts'
import { softwareDevice } from './support.ts'

let device: WebGpuDevice
beforeAll(async () => {
  device = await softwareDevice()
})
const some = (...shape: number[]): NDArray => ones(shape, { device })

/** What an operation makes on its way is gone when it returns, and nobody waits for the collector. */
test.each<[name: string, inputs: () => NDArray[], run: (...inputs: NDArray[]) => NDArray]>([
  ['a sum', () => [some(10, 5)], (x) => sum(x, 1)],
  ['a mean', () => [some(10, 5)], (x) => mean(x)],
  ['a variance', () => [some(10, 5)], (x) => variance(x, 1)],
  ['a standard deviation', () => [some(10, 5)], (x) => std(x, 1)],
  ['softmax', () => [some(10, 5)], (x) => softmax(x, 1)],
  ['logSoftmax', () => [some(10, 5)], (x) => logSoftmax(x, 1)],
  ['logsumexp', () => [some(10, 5)], (x) => logsumexp(x, 1)],
  ['mm', () => [some(10, 5), some(5, 3)], (a, b) => mm(a!, b!)],
  ['mm with another dtype', () => [some(10, 5), ones([5, 3], { device, dtype: 'int32' })], (a, b) => mm(a!, b!)],
  ['bmm', () => [some(2, 10, 5), some(2, 5, 3)], (a, b) => bmm(a!, b!)],
  ['matmul that repeats a batch', () => [some(4, 1, 10, 5), some(2, 5, 3)], (a, b) => matmul(a!, b!)],
  ['matmul with a vector', () => [some(10, 5), some(5)], (a, b) => matmul(a!, b!)],
  ['linear with a bias', () => [some(10, 5), some(3, 5), some(3)], (x, w, b) => linear(x!, w!, b)],
  ['outer', () => [some(10), some(5)], (a, b) => outer(a!, b!)],
  ['cat', () => [some(2, 5), some(3, 5)], (a, b) => cat([a!, b!])],
  ['indexSelect', () => [some(10, 5), array([1, 2], { dtype: 'int32', device })], (x, i) => indexSelect(x, 0, i!)],
  [
    'a reshape that copies',
    () => [some(4, 6)],
    (x) => {
      using turned = x.t()
      return turned.reshape([24])
    },
  ],
  ['a mask', () => [some(4, 6), array([true], { device })], (x, mask) => x.maskedFill(mask!, 0)],
])('%s leaves nothing behind', (_, inputs, run) => {
  const before = memory(device).bytes
  const given = inputs()
  const held = memory(device).bytes
  const result = run(...given)
  expect(memory(device).bytes).toBeGreaterThan(held)
  result.dispose()
  for (const x of given) x.dispose()
  expect(memory(device).bytes - before).toBe(0)
})
