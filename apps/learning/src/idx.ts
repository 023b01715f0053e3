import { fromTypedArray, RungsError, type Tensor, type TypedArray } from 'rungs'

/** How one type of element is read; the types that tensors do not have become int32. */
interface ElementType {
  readonly name: string
  readonly bytes: number
  readonly array: new (size: number) => TypedArray
  readonly read: (view: DataView, at: number) => number
}

/** By the code in the third byte of a file. */
const types: Readonly<Record<number, ElementType>> = {
  8: { name: 'uint8', bytes: 1, array: Uint8Array, read: (view, at) => view.getUint8(at) },
  9: { name: 'int8', bytes: 1, array: Int32Array, read: (view, at) => view.getInt8(at) },
  11: { name: 'int16', bytes: 2, array: Int32Array, read: (view, at) => view.getInt16(at) },
  12: { name: 'int32', bytes: 4, array: Int32Array, read: (view, at) => view.getInt32(at) },
  13: { name: 'float32', bytes: 4, array: Float32Array, read: (view, at) => view.getFloat32(at) },
  14: { name: 'float64', bytes: 8, array: Float64Array, read: (view, at) => view.getFloat64(at) },
}

/**
 * The tensor in an IDX file, the format of MNIST: two bytes 0, one for the type, one for the number of dims; the sizes, four
 * bytes each; then the elements, row by row. The highest byte of a number comes first.
 * @throws {RungsError} for other files, and for one that is too short or too long.
 */
export function readIdx(file: Uint8Array): Tensor {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const [zero, alsoZero, code, ndim] = file
  const type = types[code ?? -1]
  if (zero !== 0 || alsoZero !== 0 || type === undefined || ndim === undefined) {
    const start = file.length === 0 ? 'it is empty' : `it begins with the bytes ${file.slice(0, 4).join(' ')}`
    const known = Object.entries(types).map(([code, { name }]) => `${code} for ${name}`)
    throw new RungsError(
      `readIdx: no IDX file: ${start}, where 0 0, a type (${known.join(', ')}) and the number of dims stand` +
        (zero === 0x1f && alsoZero === 0x8b ? '; this one is compressed by gzip' : ''),
    )
  }
  const header = 4 + 4 * ndim
  if (file.length < header) {
    throw new RungsError(`readIdx: the sizes of ${ndim} dims take ${header} bytes, and the file has ${file.length}`)
  }
  const shape = Array.from({ length: ndim }, (_, dim) => view.getUint32(4 + 4 * dim))
  const size = shape.reduce((product, length) => product * length, 1)
  if (file.length !== header + size * type.bytes) {
    throw new RungsError(
      `readIdx: ${type.name} elements of shape (${shape.join(', ')}) take ${header + size * type.bytes} bytes with their ` +
        `header, and the file has ${file.length}`,
    )
  }
  const values = new type.array(size)
  for (let i = 0; i < size; i++) values[i] = type.read(view, header + i * type.bytes)
  return fromTypedArray(values, shape)
}
