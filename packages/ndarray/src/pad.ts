import { array, full } from './create.ts'
import { assign } from './dispatch.ts'
import { scalarType } from './dtype.ts'
import { DTypeError, RungsError, ShapeError } from './errors.ts'
import { indexSelect } from './gather.ts'
import { composed } from './intermediates.ts'
import type { NDArray } from './ndarray.ts'
import { checkOptions } from './options.ts'
import { formatShape, type Shape } from './shape.ts'

export interface PadOptions {
  /** What stands around: `value`, the mirror image without the edge, the edge, or the other end. 'constant' when left out. */
  readonly mode?: 'constant' | 'reflect' | 'edge' | 'wrap'
  readonly value?: number
}

/** Which position of a line of `size` stands at `i`, counted from its first. */
const sources: { readonly [M in 'reflect' | 'edge' | 'wrap']: (i: number, size: number) => number } = {
  reflect(i, size) {
    const period = Math.max(2 * (size - 1), 1)
    const place = ((i % period) + period) % period
    return place < size ? place : period - place
  },
  edge: (i, size) => Math.min(Math.max(i, 0), size - 1),
  wrap: (i, size) => ((i % size) + size) % size,
}

/** @throws {ShapeError} for widths that are negative, odd in number, or more than the dims take. */
export function checkPadWidths(shape: Shape, widths: readonly number[]): void {
  if (!Array.isArray(widths)) throw new ShapeError(`pad: widths are a list, [left, right] and so on, got ${widths}`)
  if (widths.length % 2 === 1 || widths.length > 2 * shape.length) {
    throw new ShapeError(
      `Padding length must be divisible by 2 and at most twice the number of dimensions of the input: got ` +
        `[${widths.join(', ')}] for ${formatShape(shape)}`,
    )
  }
  if (!widths.every((width) => Number.isInteger(width) && width >= 0)) {
    throw new ShapeError(`pad: widths are integers of 0 or more, got [${widths.join(', ')}]; crop with slice`)
  }
}

/**
 * A copy with positions added around it: widths `[left, right]` for the last dim, `[left, right, top, bottom]` for the last
 * two … as in PyTorch's `pad`.
 * @throws {ShapeError} for widths that are negative, odd in number, or more than the dims take.
 */
export function pad(x: NDArray, widths: readonly number[], options: PadOptions = {}): NDArray {
  checkOptions(options, ['mode', 'value'], 'pad')
  const { mode = 'constant', value = 0 } = options
  checkPadWidths(x.shape, widths)
  const before = x.shape.map((_, dim) => widths[2 * (x.ndim - 1 - dim)] ?? 0)
  const after = x.shape.map((_, dim) => widths[2 * (x.ndim - 1 - dim) + 1] ?? 0)
  if (mode !== 'constant') return composed(() => extend(x, before, after, mode))
  const fits = x.dtype === 'bool' ? value === 0 || value === 1 : scalarType(value, x.dtype) === x.dtype
  if (!fits)
    throw new DTypeError(`pad: the value ${value} among elements of ${x.dtype}; cast them first with x.to(dtype)`)
  const shape = x.shape.map((size, dim) => size + before[dim]! + after[dim]!)
  return composed(() => {
    const out = full(shape, value, { dtype: x.dtype, device: x.device })
    let middle = out
    for (const [dim, size] of x.shape.entries()) middle = middle.slice(dim, before[dim]!, before[dim]! + size)
    assign(middle, x)
    return out
  })
}

function extend(
  x: NDArray,
  before: readonly number[],
  after: readonly number[],
  mode: 'reflect' | 'edge' | 'wrap',
): NDArray {
  if (!Object.hasOwn(sources, mode)) {
    throw new RungsError(`pad: unknown mode '${String(mode)}'; there are constant, reflect, edge, wrap`)
  }
  const source = sources[mode]
  let out = x.clone()
  for (const [dim, size] of x.shape.entries()) {
    const length = before[dim]! + size + after[dim]!
    if (length === size) continue
    if (size === 0) throw new ShapeError(`pad: dimension ${dim} of ${formatShape(x.shape)} has nothing to ${mode}`)
    const places = Array.from({ length }, (_, i) => source(i - before[dim]!, size))
    out = indexSelect(out, dim, array(places, { dtype: 'int32', device: x.device }))
  }
  return out
}
