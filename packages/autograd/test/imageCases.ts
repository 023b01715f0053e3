import type { Tensor } from '../src/index.ts'
import * as t from '../src/index.ts'
import { type Case, sample } from './cases.ts'

type Apply = (x: Tensor, weight: Tensor, bias: Tensor | null) => Tensor

/** A convolution of an image, a weight and a bias; with or without gradients of the latter two. */
function convolution(
  name: string,
  shapes: readonly [x: number[], weight: number[], bias?: number],
  apply: Apply,
): Case {
  const [x, weight, bias] = shapes
  const inputs = [sample(x, 41), sample(weight, 42), ...(bias === undefined ? [] : [sample([bias], 43)])]
  return { name, fn: (a, b, c) => apply(a!, b!, c ?? null), inputs }
}

const conv1d =
  (options?: t.ConvOptions): Apply =>
  (x, weight, bias) =>
    t.conv1d(x, weight, bias, options)
const conv2d =
  (options?: t.ConvOptions): Apply =>
  (x, weight, bias) =>
    t.conv2d(x, weight, bias, options)
const convTranspose1d =
  (options?: t.ConvTransposeOptions): Apply =>
  (x, weight, bias) =>
    t.convTranspose1d(x, weight, bias, options)
const convTranspose2d =
  (options?: t.ConvTransposeOptions): Apply =>
  (x, weight, bias) =>
    t.convTranspose2d(x, weight, bias, options)

const signal = sample([2, 2, 7], 44)
const image = sample([2, 2, 5, 6], 45)
const one = sample([2, 5, 5], 46)

const on = (x: Tensor, name: string, fn: (x: Tensor) => Tensor): Case => ({ name, fn: (a) => fn(a!), inputs: [x] })

/** Windows over images: every option, sizes that do not divide, batches of one and none. */
export const imageCases: readonly Case[] = [
  convolution('conv1d', [[2, 2, 6], [3, 2, 3], 3], conv1d()),
  convolution(
    'conv1d of one signal',
    [
      [2, 5],
      [3, 2, 2],
    ],
    conv1d({ padding: 1, stride: 2 }),
  ),
  convolution('conv1d, dilated steps of 2', [[1, 2, 9], [2, 1, 3], 2], conv1d({ stride: 2, dilation: 2, groups: 2 })),
  convolution(
    'conv1d, 4 apart in steps of 6',
    [
      [1, 1, 15],
      [1, 1, 4],
    ],
    conv1d({ stride: 6, dilation: 4, padding: 5 }),
  ),
  convolution('conv1d with more padding than kernel', [[1, 1, 2], [1, 1, 2], 1], conv1d({ padding: 3 })),
  convolution('conv1d, same, even kernel', [[1, 2, 5], [2, 2, 4], 2], conv1d({ padding: 'same' })),
  convolution('conv2d', [[2, 2, 4, 5], [3, 2, 3, 2], 3], conv2d()),
  convolution('conv2d of one image', [[2, 4, 4], [1, 2, 3, 3], 1], conv2d({ padding: 'same' })),
  convolution('conv2d, padded', [[1, 1, 3, 3], [2, 1, 3, 3], 2], conv2d({ padding: 1 })),
  convolution('conv2d of single elements', [[2, 3, 2, 2], [2, 3, 1, 1], 2], conv2d()),
  convolution(
    'conv2d of single elements, strided',
    [
      [1, 2, 5, 4],
      [2, 2, 1, 1],
    ],
    conv2d({ stride: [2, 3] }),
  ),
  convolution('conv2d, strided', [[2, 1, 6, 5], [2, 1, 3, 3], 2], conv2d({ stride: 2, padding: 1 })),
  convolution(
    'conv2d, uneven everything',
    [[1, 4, 7, 9], [2, 2, 2, 3], 2],
    conv2d({ stride: [3, 2], padding: [1, 3], dilation: [2, 3], groups: 2 }),
  ),
  convolution('conv2d by channel', [[1, 3, 4, 4], [6, 1, 2, 2], 6], conv2d({ groups: 3, stride: 2 })),
  convolution('convTranspose1d', [[2, 2, 3], [2, 3, 2], 3], convTranspose1d()),
  convolution(
    'convTranspose1d of one signal, strided',
    [[2, 4], [2, 1, 3], 1],
    convTranspose1d({ stride: 2, padding: 1, outputPadding: 1 }),
  ),
  convolution(
    'convTranspose1d with gaps between the taps',
    [[1, 2, 3], [2, 1, 2], 2],
    convTranspose1d({ stride: 2, dilation: 2, groups: 2, outputPadding: 1 }),
  ),
  convolution('convTranspose1d, kernel below stride', [[1, 1, 3], [1, 1, 1], 1], convTranspose1d({ stride: 3 })),
  convolution('convTranspose2d', [[1, 2, 2, 3], [2, 2, 3, 3], 2], convTranspose2d()),
  convolution('convTranspose2d, doubling', [[2, 1, 3, 2], [1, 2, 4, 4], 2], convTranspose2d({ stride: 2, padding: 1 })),
  convolution(
    'convTranspose2d, uneven everything',
    [[1, 4, 3, 3], [4, 1, 2, 3], 2],
    convTranspose2d({ stride: [2, 3], padding: [1, 2], outputPadding: [0, 2], dilation: [1, 2], groups: 2 }),
  ),
  ...(['reflect', 'replicate', 'circular'] as const).map((mode) =>
    on(one, `pad, ${mode}`, (x) => t.pad(x, [1, 2, 4, 0], { mode })),
  ),
  on(signal, 'maxPool1d', (x) => t.maxPool1d(x, 3)),
  on(signal, 'maxPool1d, all options', (x) =>
    t.maxPool1d(x, 3, { stride: 2, padding: 1, dilation: 2, ceilMode: true }),
  ),
  on(sample([1, 21], 47), 'maxPool1d of many', (x) => t.maxPool1d(x, 19, { stride: 1 })),
  on(image, 'maxPool2d', (x) => t.maxPool2d(x, 2)),
  on(image, 'maxPool2d, overlapping', (x) => t.maxPool2d(x, 3, { stride: 2, padding: 1 })),
  on(image, 'maxPool2d, all options', (x) =>
    t.maxPool2d(x, [2, 3], { stride: [3, 2], padding: [0, 1], dilation: [2, 1], ceilMode: true }),
  ),
  on(one, 'maxPool2d of one image', (x) => t.maxPool2d(x, 3, { stride: 1 })),
  on(signal, 'avgPool1d', (x) => t.avgPool1d(x, 2)),
  on(signal, 'avgPool1d, all options', (x) =>
    t.avgPool1d(x, 4, { stride: 3, padding: 2, ceilMode: true, countIncludePad: false }),
  ),
  on(sample([1, 21], 48), 'avgPool1d of many', (x) => t.avgPool1d(x, 19, { stride: 1 })),
  on(image, 'avgPool2d', (x) => t.avgPool2d(x, 2)),
  on(image, 'avgPool2d, overlapping', (x) => t.avgPool2d(x, [3, 2], { stride: [1, 3], padding: 1, ceilMode: true })),
  on(one, 'avgPool2d of one image', (x) => t.avgPool2d(x, 3, { stride: 1, padding: 1, countIncludePad: false })),
  on(image, 'avgPool2d with a divisor', (x) => t.avgPool2d(x, 2, { divisorOverride: 3 })),
  on(signal, 'adaptiveAvgPool1d, uneven', (x) => t.adaptiveAvgPool1d(x, 3)),
  on(image, 'adaptiveAvgPool2d', (x) => t.adaptiveAvgPool2d(x, [null, 3])),
  on(image, 'adaptiveAvgPool2d to one', (x) => t.adaptiveAvgPool2d(x, 1)),
  on(one, 'adaptiveAvgPool2d to more, uneven', (x) => t.adaptiveAvgPool2d(x, [7, 1])),
  on(signal, 'interpolate, nearest', (x) => t.interpolate(x, { size: 17 })),
  on(image, 'interpolate, nearest, doubled', (x) => t.interpolate(x, { scaleFactor: 2 })),
  on(signal, 'interpolate, linear', (x) => t.interpolate(x, { size: 10, mode: 'linear', alignCorners: true })),
  on(image, 'interpolate, bilinear', (x) => t.interpolate(x, { size: [8, 3], mode: 'bilinear' })),
  on(image, 'interpolate, bilinear by factors', (x) =>
    t.interpolate(x, { scaleFactor: [1.5, 0.7], mode: 'bilinear', alignCorners: false }),
  ),
  on(image, 'interpolate, area', (x) => t.interpolate(x, { size: [2, 6], mode: 'area' })),
]
