import { arange, checkOptions, einsum, type Generator, RungsError, relu, ShapeError, type Tensor, uniform } from 'rungs'

/** What is done to each of N images: numbers (N). */
export interface Affine {
  /** Turned counter-clockwise, in radians. */
  readonly angle: Tensor
  /** Made so many times as large. */
  readonly zoom: Tensor
  /** Moved by so many pixels. */
  readonly down: Tensor
  readonly right: Tensor
}

/**
 * Images (N, C, H, W), turned and scaled around their middle, then moved; what comes from outside is 0.
 *
 * A value between pixels is interpolated linearly in both directions: pixel i counts `max(0, 1 - |i - place|)`. So the images
 * are contracted with two arrays of such weights, one for rows and one for columns, all at once.
 * @throws {ShapeError} for other shapes.
 * @see M. Jaderberg and others, Spatial transformer networks, 2015, section 3.3.
 */
export function affine(images: Tensor, { angle, zoom, down, right }: Affine): Tensor {
  if (images.ndim !== 4) {
    throw new ShapeError(`affine: images are (N, C, H, W), got shape (${images.shape.join(', ')})`)
  }
  const [height, width] = images.shape.slice(2) as [number, number]
  const each = (numbers: Tensor): Tensor => numbers.reshape([-1, 1, 1])
  const y = fromMiddle(height, images)
  const x = fromMiddle(width, images)
  // Where each pixel of the result comes from, (N, H, W).
  const [below, beside] = [y.unsqueeze(1).sub(each(down)), x.sub(each(right))]
  const [cos, sin] = [each(angle.cos().div(zoom)), each(angle.sin().div(zoom))]
  const rows = below.mul(cos).add(beside.mul(sin))
  const columns = beside.mul(cos).sub(below.mul(sin))
  return einsum('nyxi,ncij,nyxj->ncyx', tents(rows, y), images, tents(columns, x))
}

/** The places of pixels, counted from the middle of the image. */
const fromMiddle = (pixels: number, { device }: Tensor): Tensor =>
  arange(0, pixels, 1, { device }).sub((pixels - 1) / 2)

/** (N, H, W, pixels): how much each pixel counts at each place. */
const tents = (places: Tensor, pixels: Tensor): Tensor => relu(places.unsqueeze(-1).sub(pixels).abs().neg().add(1))

export interface RandomAffineOptions {
  /** Turned by up to so many degrees, either way; 0 when left out. */
  readonly degrees?: number
  /** Made larger or smaller by up to this fraction; 0 when left out. */
  readonly scale?: number
  /** Moved by up to so many pixels in each direction; 0 when left out. */
  readonly shift?: number
  readonly generator?: Generator
}

/**
 * Images (N, C, H, W), each turned, scaled and moved in a random way of its own.
 * @throws {ShapeError} for other shapes. @throws {RungsError} for numbers that cannot be.
 */
export function randomAffine(images: Tensor, options: RandomAffineOptions = {}): Tensor {
  checkOptions(options, ['degrees', 'scale', 'shift', 'generator'], 'randomAffine')
  const { degrees = 0, scale = 0, shift = 0, generator } = options
  if (!(degrees >= 0 && shift >= 0 && scale >= 0 && scale < 1)) {
    throw new RungsError(
      `randomAffine: degrees and shift are not negative and scale is from 0 to below 1, got ${degrees}, ${shift}, ${scale}`,
    )
  }
  const upTo = (bound: number): Tensor =>
    uniform([images.shape[0] ?? 0], -bound, bound, { device: images.device, ...(generator && { generator }) })
  return affine(images, {
    angle: upTo((degrees * Math.PI) / 180),
    zoom: upTo(scale).add(1),
    down: upTo(shift),
    right: upTo(shift),
  })
}
