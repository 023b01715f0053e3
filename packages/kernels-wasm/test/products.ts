import { AxisGroup, type DType, dtypes, type Epilogue, Storage, type TypedArray, type View } from '@rungs/ndarray'
import type { WasmDevice } from '../src/device.ts'
import type { seeded } from './support.ts'

export type Random = ReturnType<typeof seeded>
type Sizes = readonly number[]

/** The sizes of the axes of a contraction, by group. */
export interface ContractSizes {
  readonly batch: Sizes
  readonly m: Sizes
  readonly n: Sizes
  readonly k: Sizes
}

export const matrix = (m: number, n: number, k: number): ContractSizes => ({ batch: [], m: [m], n: [n], k: [k] })

const product = (sizes: Sizes): number => sizes.reduce((total, size) => total * size, 1)

/** A view over fresh memory of a device, filled with `draw`. */
export function viewOf(
  device: WasmDevice,
  dtype: DType,
  shape: Sizes,
  strides: Sizes,
  draw: () => number,
  { offset = 0, size = 1 + shape.reduce((last, count, axis) => last + (count - 1) * strides[axis]!, 0) } = {},
): View {
  const storage = new Storage(device, dtype, Math.max(size, 1))
  const data = new dtypes[dtype].array(storage.size)
  for (let i = 0; i < data.length; i++) data[i] = draw()
  device.write(storage, 0, data)
  return { storage, dtype, shape, strides, offset }
}

/** A view with its axes in a random order in memory, some of them reversed, some of them (not of outputs) of stride 0. */
export function randomView(device: WasmDevice, dtype: DType, shape: Sizes, random: Random, isOut: boolean): View {
  const order = shape.map((_, axis) => ({ key: random.unit(), axis })).sort((a, b) => a.key - b.key)
  const strides = shape.map(() => 0)
  let offset = random.below(4)
  let step = 1 + random.below(2)
  for (const { axis } of order) {
    const kind = random.below(6)
    if (kind === 0 && !isOut) continue
    const size = Math.max(shape[axis]!, 1)
    strides[axis] = kind === 1 ? -step : step
    if (kind === 1) offset += (size - 1) * step
    step *= size
  }
  return viewOf(device, dtype, shape, strides, () => random.below(9) - 4, { offset, size: offset + step + 4 })
}

export const memoryOf = ({ storage }: View): TypedArray => storage.device.readSync!(storage, 0, storage.size)

/** Where the elements of a view stand, in row-major order. */
export function placesOf({ shape, strides, offset }: View): Int32Array {
  const places = new Int32Array(product(shape)).fill(offset)
  let inner = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis]!
    for (let i = 0; i < places.length; i++) places[i]! += (Math.floor(i / inner) % size) * strides[axis]!
    inner *= size
  }
  return places
}

export function elementsOf(view: View): Float64Array {
  const memory = memoryOf(view)
  return Float64Array.from(placesOf(view), (at) => memory[at]!)
}

/** Sums of products by the definition, in float64; with `magnitudes`, of absolute values. */
export function contracted(sizes: ContractSizes, a: View, b: View, magnitudes = false): Float64Array {
  const value = magnitudes ? Math.abs : (x: number): number => x
  const left = elementsOf(a).map(value)
  const right = elementsOf(b).map(value)
  const [batch, m, n, k] = [sizes.batch, sizes.m, sizes.n, sizes.k].map(product) as [number, number, number, number]
  const sums = new Float64Array(batch * m * n)
  for (let g = 0; g < batch; g++) {
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0
        for (let l = 0; l < k; l++) sum += left[(g * m + i) * k + l]! * right[(g * k + l) * n + j]!
        sums[(g * m + i) * n + j] = sum
      }
    }
  }
  return sums
}

/** Where two lists differ first, zeros of either sign being equal: that of a sum depends on its order. Null where nowhere. */
export function firstDifference(actual: ArrayLike<number>, wanted: ArrayLike<number>): string | null {
  if (actual.length !== wanted.length) return `${actual.length} elements instead of ${wanted.length}`
  for (let i = 0; i < wanted.length; i++) {
    const same = actual[i] === wanted[i] || (Number.isNaN(actual[i]) && Number.isNaN(wanted[i]))
    if (!same) return `${actual[i]} instead of ${wanted[i]} at ${i}`
  }
  return null
}

function group(sizes: Sizes, rows: readonly Sizes[]): AxisGroup {
  const made = new AxisGroup()
  made.rank = Math.max(sizes.length, 1)
  made.size = product(sizes)
  made.sizes.set(sizes.length === 0 ? [1] : sizes)
  rows.forEach((row, q) => {
    made.row(q).set(row)
  })
  return made
}

/** Contract views of dims a [batch…, m…, k…], b [batch…, k…, n…], out and epilogue inputs [batch…, m…, n…]. */
export function contractViews(
  { batch, m, n, k }: ContractSizes,
  a: View,
  b: View,
  out: View,
  epilogue: Epilogue | null = null,
): void {
  const [g, i, j, l] = [batch.length, m.length, n.length, k.length]
  const results = [out, ...(epilogue?.inputs ?? [])]
  const part = ({ strides }: View, from: number, count: number): Sizes => strides.slice(from, from + count)
  const layout = {
    batch: group(
      batch,
      [a, b, ...results].map((view) => part(view, 0, g)),
    ),
    m: group(m, [part(a, g, i), [], ...results.map((view) => part(view, g, i))]),
    n: group(n, [[], part(b, g + l, j), ...results.map((view) => part(view, g + i, j))]),
    k: group(k, [part(a, g + i, l), part(b, g, l)]),
  }
  out.storage.device.contract(a, b, out, layout, epilogue)
}
