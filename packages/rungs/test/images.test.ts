import { expectClose } from '@rungs/testing'
import { describe, expect, test, vi } from 'vitest'
import {
  adaptiveAvgPool2d,
  avgPool2d,
  conv1d,
  conv2d,
  convTranspose2d,
  type Device,
  grad,
  interpolate,
  maxPool1d,
  maxPool2d,
  maxPool2dWithIndices,
  randn,
  type Tensor,
  torchRng,
} from '../src/index.ts'
import { closures, cpu, wasm, wasmStaged, wasmThreads, webgpu } from './devices.ts'

vi.setConfig({ testTimeout: 120_000 })

const x = [3, 4, 9, 8]
type Row = readonly [name: string, shapes: readonly number[][], fn: (...inputs: Tensor[]) => Tensor]

const rows: readonly Row[] = [
  ['conv1d', [[2, 3, 17], [5, 3, 4], [5]], (a, w, b) => conv1d(a!, w!, b, { stride: 2, padding: 3 })],
  ['conv2d', [x, [5, 4, 3, 3], [5]], (a, w, b) => conv2d(a!, w!, b, { padding: 1 })],
  ['conv2d of single elements', [x, [7, 4, 1, 1]], (a, w) => conv2d(a!, w!)],
  [
    'conv2d, uneven everything',
    [x, [6, 2, 2, 3], [6]],
    (a, w, b) => conv2d(a!, w!, b, { stride: [2, 3], padding: [1, 2], dilation: [3, 2], groups: 2 }),
  ],
  ['conv2d by channel', [x, [8, 1, 3, 3], [8]], (a, w, b) => conv2d(a!, w!, b, { groups: 4, stride: 2 })],
  [
    'convTranspose2d',
    [[2, 4, 5, 4], [4, 3, 4, 3], [3]],
    (a, w, b) => convTranspose2d(a!, w!, b, { stride: 2, padding: 1, outputPadding: [0, 1] }),
  ],
  [
    'convTranspose2d with gaps',
    [[2, 4, 5, 4], [4, 1, 2, 2], [2]],
    (a, w, b) => convTranspose2d(a!, w!, b, { stride: 2, dilation: 2, groups: 2 }),
  ],
  ['maxPool1d of many', [[2, 3, 25]], (a) => maxPool1d(a!, 19, { stride: 2 })],
  ['maxPool2d', [x], (a) => maxPool2d(a!, 2)],
  ['maxPool2d, overlapping', [x], (a) => maxPool2d(a!, 3, { stride: 2, padding: 1, ceilMode: true })],
  ['avgPool2d', [x], (a) => avgPool2d(a!, [3, 2], { stride: 2, padding: 1, countIncludePad: false })],
  ['adaptiveAvgPool2d', [x], (a) => adaptiveAvgPool2d(a!, [3, 3])],
  ['interpolate, nearest', [x], (a) => interpolate(a!, { scaleFactor: 2 })],
  ['interpolate, bilinear', [x], (a) => interpolate(a!, { size: [5, 13], mode: 'bilinear' })],
  [
    'a gradient of a gradient',
    [
      [2, 2, 5, 5],
      [3, 2, 3, 3],
    ],
    (a, w) => {
      const y = maxPool2d(conv2d(a!, w!, null, { stride: 2, padding: 1 }).tanh(), 2)
      const [byWeight] = grad([y.square().sum()], [w!], { createGraph: true })
      return byWeight!.square()
    },
  ],
]

/** The value, then the gradients for an upstream gradient that is nowhere constant. */
async function compute([, shapes, fn]: Row, device: Device): Promise<number[][]> {
  const generator = torchRng(7)
  const inputs = shapes.map((shape) => randn(shape, { generator }).to(device).requiresGrad_())
  const out = fn(...inputs)
  const upstream = randn(out.shape, { generator }).to(device)
  const all = [out, ...grad([out], inputs, { gradOutputs: [upstream] })]
  return Promise.all(all.map(async (each) => [...(await each.toTypedArray())]))
}

describe.for([
  ['cpu without made functions', closures],
  ['wasm', wasm],
  ['wasm on two threads', wasmThreads],
  ['wasm with arrays outside', wasmStaged],
  ['webgpu', webgpu],
] as const)('images on %s', ([, device]) => {
  test.for(rows)('%s', async (row) => {
    const [found, expected] = await Promise.all([compute(row, device), compute(row, cpu)])
    expected.forEach((values, i) => {
      // Sums of a few dozen products in another order.
      expectClose(found[i]!, values, { relative: 1e-5, absolute: 1e-5 }, i === 0 ? 'value' : `gradient ${i - 1}`)
    })
  })

  test('positions of maxima', async () => {
    const image = randn([2, 3, 7, 6], { generator: torchRng(8) })
    const on = async (place: Device): Promise<unknown> =>
      maxPool2dWithIndices(image.to(place), 3, { stride: 2, padding: 1, dilation: 2 }).indices.toArray()
    expect(await on(device)).toEqual(await on(cpu))
  })
})
