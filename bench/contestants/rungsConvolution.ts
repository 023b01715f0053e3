// A convolution as users of this project call it. Nothing requires a gradient, so nothing is recorded.
import { conv2d, fromTypedArray } from '@rungs/autograd'
import type { Device, NDArray } from '@rungs/ndarray'
import { type Convolution, imagesOf } from '../suites/convolutions.ts'

export function convolution(c: Convolution, device: Device): () => NDArray {
  const { batch, channels, height, width, filters, size, padding } = c
  const values = imagesOf(c)
  const x = fromTypedArray(values.x, [batch, channels, height, width], { device })
  const weight = fromTypedArray(values.weight, [filters, channels, size, size], { device })
  return () => conv2d(x, weight, null, { padding }).array
}
