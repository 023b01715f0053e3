import { uniform } from '../lib/data.ts'
import type { Suite } from '../lib/suite.ts'

/** (batch, channels, height, width) with (filters, channels, size, size), stride 1, zeros around the image. */
export interface Convolution {
  readonly suite: 'convolutions'
  readonly batch: number
  readonly channels: number
  readonly height: number
  readonly width: number
  readonly filters: number
  readonly size: number
  readonly padding: number
}

const what: Convolution = {
  suite: 'convolutions',
  batch: 8,
  channels: 32,
  height: 56,
  width: 56,
  filters: 64,
  size: 3,
  padding: 1,
}

export const convolutions: Suite<Convolution> = {
  id: 'convolutions',
  title: 'Convolution',
  about:
    '8×32×56×56 float32 images with 64 filters of 32×3×3, stride 1, padding 1. Images and results lie as each library has ' +
    'them by custom: tfjs channels last, the others channels first.',
  columns: [{ title: 'conv2d', what }],
  expected: (each) => convolve(imagesOf(each), each),
}

export const imagesOf = (c: Convolution): { x: Float32Array; weight: Float32Array } => ({
  x: uniform(c.batch * c.channels * c.height * c.width, 14, 4),
  weight: uniform(c.filters * c.channels * c.size * c.size, 15, 1 / 4),
})

/** In float64; an image's rows shifted by every position of a filter, and added up. */
function convolve({ x, weight }: { x: Float32Array; weight: Float32Array }, c: Convolution): Float64Array {
  const { batch, channels, height, width, filters, size, padding } = c
  const out = new Float64Array(batch * filters * height * width)
  for (let n = 0; n < batch; n++)
    for (let o = 0; o < filters; o++)
      for (let ch = 0; ch < channels; ch++)
        for (let i = 0; i < size; i++)
          for (let j = 0; j < size; j++) {
            const w = weight[((o * channels + ch) * size + i) * size + j]!
            const from = Math.max(0, padding - j)
            const to = Math.min(width, width + padding - j)
            for (let r = Math.max(0, padding - i); r < Math.min(height, height + padding - i); r++) {
              const source = ((n * channels + ch) * height + r + i - padding) * width + j - padding
              const target = ((n * filters + o) * height + r) * width
              for (let q = from; q < to; q++) out[target + q]! += w * x[source + q]!
            }
          }
  return out
}
