// A convolution as this project's arrays have it before there is a layer: windows are views, and nothing is copied but the
// image into its border of zeros.
import { contract, type Device, fromTypedArray, type NDArray, tidy, zeros } from '@rungs/ndarray'
import { type Convolution, imagesOf } from '../suites/convolutions.ts'

export function convolution(c: Convolution, device: Device): () => NDArray {
  const { batch, channels, height, width, filters, size, padding } = c
  const values = imagesOf(c)
  const x = fromTypedArray(values.x, [batch, channels, height, width], { device })
  const weight = fromTypedArray(values.weight, [filters, channels, size, size], { device })

  function padded(): NDArray {
    const out = zeros([batch, channels, height + 2 * padding, width + 2 * padding], { device })
    out
      .slice(2, padding, padding + height)
      .slice(3, padding, padding + width)
      .copy_(x)
    return out
  }

  // The filters, once for every image: (N, F | C, size, size) · (N, C, size, size | H, W).
  const left = weight.unsqueeze(0).expand([batch, filters, channels, size, size])
  const dims = { batch: 1, m: 1, n: 2, k: 3 }
  return () =>
    tidy(() => {
      const windows = padded().unfold(2, size).unfold(3, size).permute([0, 1, 4, 5, 2, 3])
      return contract('conv2d', left, windows, dims)
    })
}
