import type { ImageDataLike } from './arraySource.ts'
import { DTypeError, ShapeError } from './errors.ts'
import type { NDArray } from './ndarray.ts'
import { formatShape } from './shape.ts'

/**
 * The pixels of an array (height, width, 4) of uint8: `new ImageData(data, width, height)` takes them. `array(pixels)` is the way
 * back.
 * @throws {ShapeError} for other shapes, {DTypeError} for other dtypes.
 */
export async function toImageData(x: NDArray): Promise<ImageDataLike> {
  const [height, width, channels] = x.shape
  if (x.ndim !== 3 || channels !== 4) {
    throw new ShapeError(`toImageData: pixels are (height, width, 4), got ${formatShape(x.shape)}`)
  }
  if (x.dtype !== 'uint8') {
    throw new DTypeError(`toImageData: pixels are uint8 from 0 to 255, got ${x.dtype}; cast with x.to('uint8')`)
  }
  return { data: new Uint8ClampedArray(await x.toTypedArray()), width: width!, height: height! }
}
