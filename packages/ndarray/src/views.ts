import { AxisError, IndexError, ShapeError } from './errors.ts'
import type { NDArray } from './ndarray.ts'
import { checkList, formatShape, normalizeDim, normalizeDims, rowMajor, type Shape, sizeOf } from './shape.ts'

/** Operations that only edit a view: results share the array's memory. */

/** `view` in place of `x`, which it is a view of and which nobody else holds: the memory is counted as having one. */
export function handOver(x: NDArray, view: NDArray): NDArray {
  if (view !== x) x.dispose()
  return view
}

/** `result`, after letting go of arrays that an operation made on the way to it, so that nobody waits for them. */
export function lettingGo(result: NDArray, ...made: readonly NDArray[]): NDArray {
  for (const x of made) x.dispose()
  return result
}

/** Strides with which the elements of a view read as `shape` without a copy, or null where none do. */
function reshapedStrides(x: NDArray, shape: Shape): number[] | null {
  if (x.isContiguous || x.size === 0) return rowMajor(shape)
  const sizes: number[] = []
  const strides: number[] = []
  x.shape.forEach((size, i) => {
    if (size === 1) return
    const last = sizes.length - 1
    if (last >= 0 && strides[last] === x.strides[i]! * size) {
      sizes[last]! *= size
      strides[last] = x.strides[i]!
    } else {
      sizes.push(size)
      strides.push(x.strides[i]!)
    }
  })
  const result = new Array<number>(shape.length)
  let group = sizes.length - 1
  let left = group < 0 ? 1 : sizes[group]!
  let step = group < 0 ? 1 : strides[group]!
  for (let i = shape.length - 1; i >= 0; i--) {
    result[i] = step
    if (shape[i] === 1) continue
    if (left % shape[i]! !== 0) return null
    left /= shape[i]!
    step *= shape[i]!
    if (left === 1 && group > 0) {
      group--
      left = sizes[group]!
      step = strides[group]!
    }
  }
  return result
}

/** The shape asked for, a -1 in it worked out. */
export function inferShape(x: NDArray, shape: Shape, operation: string): number[] {
  const invalid = (): ShapeError =>
    new ShapeError(
      `shape '[${shape.join(', ')}]' is invalid for input of size ${x.size}: ${operation} of ${formatShape(x.shape)}`,
    )
  checkList(shape, operation)
  const unknown = shape.indexOf(-1)
  if (shape.some((size, i) => !Number.isInteger(size) || (size < 0 && i !== unknown))) throw invalid()
  const out = [...shape]
  if (unknown >= 0) {
    const known = -sizeOf(shape)
    if (known === 0 || x.size % known !== 0) throw invalid()
    out[unknown] = x.size / known
  }
  if (sizeOf(out) !== x.size) throw invalid()
  return out
}

/** A view of another shape where strides allow, else null. */
export function tryReshape(x: NDArray, shape: Shape): NDArray | null {
  const strides = reshapedStrides(x, shape)
  return strides === null ? null : x.view(shape, strides, x.offset)
}

export function permute(x: NDArray, dims: readonly number[]): NDArray {
  checkList(dims, 'permute')
  const order = dims.map((dim) => normalizeDim(dim, x.ndim, 'permute'))
  if (order.length !== x.ndim || new Set(order).size !== x.ndim) {
    throw new AxisError(`permute: dims [${dims.join(', ')}] must name each of the ${x.ndim} dims once`)
  }
  return x.view(
    order.map((dim) => x.shape[dim]!),
    order.map((dim) => x.strides[dim]!),
    x.offset,
  )
}

export function transpose(x: NDArray, dim0: number, dim1: number): NDArray {
  const order = x.shape.map((_, i) => i)
  const a = normalizeDim(dim0, x.ndim, 'transpose')
  const b = normalizeDim(dim1, x.ndim, 'transpose')
  if (x.ndim === 0) return x.view(x.shape, x.strides, x.offset)
  order[a] = b
  order[b] = a
  return permute(x, order)
}

export function expand(x: NDArray, shape: Shape): NDArray {
  checkList(shape, 'expand')
  const added = shape.length - x.ndim
  if (added < 0) {
    throw new ShapeError(
      `expand: the number of sizes provided (${shape.length}) must be greater or equal to the number of dims (${x.ndim})`,
    )
  }
  const sizes = shape.map((size, i) => {
    const own = i < added ? undefined : x.shape[i - added]!
    if (size === -1) {
      if (own !== undefined) return own
      throw new ShapeError(
        `The expanded size of the tensor (-1) isn't allowed in a leading, non-existing dimension ${i}`,
      )
    }
    if (!Number.isInteger(size) || size < 0 || (own !== undefined && own !== 1 && own !== size)) {
      throw new ShapeError(
        `The expanded size of the tensor (${size}) must match the existing size (${own}) at non-singleton dimension ${i}. ` +
          ` Target sizes: [${shape.join(', ')}].  Tensor sizes: [${x.shape.join(', ')}]`,
      )
    }
    return size
  })
  const strides = sizes.map((size, i) => (i < added || x.shape[i - added] !== size ? 0 : x.strides[i - added]!))
  return x.view(sizes, strides, x.offset)
}

export function unsqueeze(x: NDArray, dim: number): NDArray {
  const at = normalizeDim(dim, x.ndim + 1, 'unsqueeze')
  const stride = at < x.ndim ? x.shape[at]! * x.strides[at]! : 1
  return x.view(x.shape.toSpliced(at, 0, 1), x.strides.toSpliced(at, 0, stride), x.offset)
}

export function squeeze(x: NDArray, dim?: number): NDArray {
  const only = dim === undefined ? undefined : normalizeDim(dim, x.ndim, 'squeeze')
  const keep = x.shape.map((size, i) => size !== 1 || (only !== undefined && only !== i))
  return x.view(
    x.shape.filter((_, i) => keep[i]),
    x.strides.filter((_, i) => keep[i]),
    x.offset,
  )
}

/** Elements `start`, `start + step`, … before `stop` of one dim; bounds count from the end where negative, and clip. */
export function slice(x: NDArray, dim: number, start?: number, stop?: number, step = 1): NDArray {
  const axis = normalizeDim(dim, x.ndim, 'slice')
  if (x.ndim === 0) throw new AxisError('slice: a 0-d array has no dims to slice')
  if (!Number.isInteger(step) || step === 0)
    throw new IndexError(`slice: step must be an integer other than 0, got ${step}`)
  const size = x.shape[axis]!
  const clip = (bound: number | undefined, missing: number): number => {
    if (bound === undefined) return missing
    if (!Number.isInteger(bound)) throw new IndexError(`slice: bounds must be integers, got ${bound}`)
    const from = bound < 0 ? bound + size : bound
    return step > 0 ? Math.min(Math.max(from, 0), size) : Math.min(Math.max(from, -1), size - 1)
  }
  const first = clip(start, step > 0 ? 0 : size - 1)
  const last = clip(stop, step > 0 ? size : -1)
  const count = Math.max(0, Math.ceil((last - first) / step))
  return x.view(
    x.shape.with(axis, count),
    x.strides.with(axis, x.strides[axis]! * step),
    count === 0 ? x.offset : x.offset + first * x.strides[axis]!,
  )
}

/** One position of a dim, which goes away. */
export function select(x: NDArray, dim: number, index: number): NDArray {
  const axis = normalizeDim(dim, x.ndim, 'select')
  const size = x.shape[axis]
  if (size === undefined) throw new IndexError('invalid index of a 0-dim tensor: use item() to read its number')
  if (!Number.isInteger(index)) throw new IndexError(`an index must be an integer, got ${index}`)
  if (index < -size || index >= size) {
    throw new IndexError(`index ${index} is out of bounds for dimension ${axis} with size ${size}`)
  }
  const at = index < 0 ? index + size : index
  return x.view(x.shape.toSpliced(axis, 1), x.strides.toSpliced(axis, 1), x.offset + at * x.strides[axis]!)
}

export function flip(x: NDArray, dims?: number | readonly number[]): NDArray {
  const axes = new Set(normalizeDims(dims, x.ndim, 'flip'))
  let { offset } = x
  const strides = x.strides.map((stride, i) => {
    if (!axes.has(i)) return stride
    if (x.shape[i]! > 0) offset += (x.shape[i]! - 1) * stride
    return -stride
  })
  return x.view(x.shape, strides, offset)
}

/** The diagonal of two dims as a last dim; `offset` counts columns to the right of the main one. */
export function diagonal(x: NDArray, offset: number, dim0: number, dim1: number): NDArray {
  const a = normalizeDim(dim0, x.ndim, 'diagonal')
  const b = normalizeDim(dim1, x.ndim, 'diagonal')
  if (!Number.isInteger(offset)) throw new IndexError(`diagonal: offset must be an integer, got ${offset}`)
  if (a === b || x.ndim < 2) throw new AxisError(`diagonal: needs two different dims, got ${dim0} and ${dim1}`)
  const rows = x.shape[a]! + Math.min(offset, 0)
  const columns = x.shape[b]! - Math.max(offset, 0)
  const count = Math.max(0, Math.min(rows, columns))
  const start = offset >= 0 ? offset * x.strides[b]! : -offset * x.strides[a]!
  const rest = (list: readonly number[]): number[] => list.filter((_, i) => i !== a && i !== b)
  return x.view(
    [...rest(x.shape), count],
    [...rest(x.strides), x.strides[a]! + x.strides[b]!],
    count === 0 ? x.offset : x.offset + start,
  )
}

/** Windows of `size` elements, `dilation` apart, one every `step`: dim becomes the windows, and a last dim their elements. */
export function unfold(x: NDArray, dim: number, size: number, step: number, dilation: number): NDArray {
  const axis = normalizeDim(dim, x.ndim, 'unfold')
  const length = x.shape[axis] ?? 1
  const span = (size - 1) * dilation + 1
  if (![size, step, dilation].every((value) => Number.isInteger(value) && value > 0) || span > length) {
    throw new ShapeError(
      `unfold: a window of ${size} elements, ${dilation} apart, every ${step}, does not fit dimension ${axis} with size ${length}`,
    )
  }
  const stride = x.strides[axis] ?? 1
  const windows = Math.floor((length - span) / step) + 1
  const shape = x.ndim === 0 ? [] : x.shape.with(axis, windows)
  const strides = x.ndim === 0 ? [] : x.strides.with(axis, stride * step)
  return x.view([...shape, size], [...strides, stride * dilation], x.offset)
}
