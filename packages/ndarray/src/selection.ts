import { array, fromTypedArray } from './create.ts'
import { reduce } from './dispatch.ts'
import { ShapeError } from './errors.ts'
import { cast } from './expr.ts'
import { x0 } from './formulas.ts'
import { indexSelect } from './gather.ts'
import { stack } from './join.ts'
import type { NDArray } from './ndarray.ts'
import { checkOptions } from './options.ts'
import { type Program, program } from './program.ts'
import type { Dims, ReduceOptions } from './reductions.ts'
import { cumsum } from './scans.ts'
import { broadcastShapes, type Shape } from './shape.ts'

/** What is selected by values has a size that depends on them, so these wait for the values. */

/** Where the elements of a boolean array are true, counted row by row. */
async function truePositions(flags: NDArray): Promise<Int32Array> {
  const values = await flags.toTypedArray()
  const positions = new Int32Array(values.length)
  let count = 0
  for (let i = 0; i < values.length; i++) if (values[i] !== 0) positions[count++] = i
  return positions.slice(0, count)
}

export async function trueIndices(flags: NDArray): Promise<NDArray> {
  const positions = await truePositions(flags)
  return fromTypedArray(positions, [positions.length], { device: flags.device })
}

/** The positions of all elements other than zero, one int32 vector for each dim: `x.at(...(await nonzero(x)))` has them. */
export async function nonzero(x: NDArray): Promise<NDArray[]> {
  if (x.ndim === 0) throw new ShapeError('nonzero: a number has no positions; see x.ne(0)')
  const flat = await truePositions(x.to('bool'))
  return placesOf(flat, x.shape).map((places) => fromTypedArray(places, [flat.length], { device: x.device }))
}

/** As `nonzero`, the positions as rows: (count, ndim). */
export async function argwhere(x: NDArray): Promise<NDArray> {
  if (x.ndim > 0) return stack(await nonzero(x), 1)
  const isTrue = (await x.item()) !== 0
  return array(isTrue ? [[]] : [], { dtype: 'int32', device: x.device }).reshape([isTrue ? 1 : 0, 0])
}

function placesOf(flat: Int32Array, shape: Shape): Int32Array[] {
  const rest = flat.slice()
  const places: Int32Array[] = []
  for (let dim = shape.length - 1; dim >= 0; dim--) {
    const size = shape[dim]!
    places.unshift(rest.map((place) => place % size))
    for (let i = 0; i < rest.length; i++) rest[i] = Math.floor(rest[i]! / size)
  }
  return places
}

/** The elements where the mask, broadcast with `x`, is true, row by row in one dim. */
export async function maskedSelect(x: NDArray, mask: NDArray): Promise<NDArray> {
  const shape = broadcastShapes(x.shape, mask.shape)
  const positions = await trueIndices(mask.to('bool').expand(shape))
  return indexSelect(x.expand(shape).flatten(), 0, positions)
}

/** How many elements of a boolean array are true; undefined where the device cannot be read at once. */
export const countSync = (flags: NDArray): number | undefined =>
  flags.device.readSync === undefined ? undefined : flags.sum().itemSync()

/** Which element of a list goes where a boolean array is true, one after another; before the first true one, the last. */
export const orderOf = (flags: NDArray): NDArray => cumsum(flags.flatten(), 0).sub(1).reshape(flags.shape)

let isNonzero: Program | undefined

/** How many elements are other than zero, over dims (all of them when none is given), int32. */
export function countNonzero(x: NDArray, dims?: Dims, options: ReduceOptions = {}): NDArray {
  checkOptions(options, ['keepdim'], 'countNonzero')
  isNonzero ??= program(cast(cast(x0, 'bool'), 'int32'))
  return reduce('countNonzero', 'sum', isNonzero, [x], dims, options.keepdim ?? false)
}
