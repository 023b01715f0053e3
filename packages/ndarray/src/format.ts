import { type DType, isFloat, type TypedArray } from './dtype.ts'
import { formatNumber, type Notation } from './formatNumber.ts'
import { formatShape, rowMajor, type Shape, sizeOf } from './shape.ts'

export interface FormatOptions {
  /** Digits behind the point; 4 when left out. */
  readonly precision?: number
  /** Above this many elements only the edges are shown; 1000 when left out. */
  readonly threshold?: number
  /** How many elements of each edge are shown; 3 when left out. */
  readonly edgeItems?: number
  /** Columns; 80 when left out. */
  readonly lineWidth?: number
}

/** What stands around the values: `tensor(`, and behind them `device='webgpu'` and the like. */
export interface Surroundings {
  readonly prefix: string
  readonly suffixes: readonly string[]
}

/** Dtypes that values show by themselves; without values, only the default one goes unnamed. */
const unnamed: ReadonlySet<DType> = new Set(['float32', 'int32', 'bool'])

/** Values, row by row, as PyTorch prints a tensor (torch/_tensor_str.py): what `print(x)` shows there. */
export function format(
  values: TypedArray,
  shape: Shape,
  dtype: DType,
  { prefix, suffixes }: Surroundings,
  options: FormatOptions = {},
): string {
  const { precision = 4, threshold = 1000, edgeItems = 3, lineWidth = 80 } = options
  const size = sizeOf(shape)
  const named = size === 0 ? dtype !== 'float32' : !unnamed.has(dtype)
  const tail = [...(named ? [`dtype=${dtype}`] : []), ...suffixes]
  if (size === 0) {
    const sized = shape.length === 1 ? tail : [`size=${formatShape(shape)}`, ...tail]
    return withSuffixes(`${prefix}([]`, sized, prefix.length + 1, lineWidth)
  }
  const edge = size > threshold ? edgeItems : Number.POSITIVE_INFINITY
  const strides = rowMajor(shape)
  const shown = shownPositions(shape, strides, edge)
  const notation = chooseNotation(values, shown, dtype, precision)
  const element = (position: number): string => formatNumber(values[position]!, notation).padStart(notation.width)

  const row = (start: number, indent: number): string => {
    const texts = elided(shape.at(-1)!, edge).map((i) => (i === null ? ' ...' : element(start + i)))
    const perLine = Math.max(1, Math.floor((lineWidth - indent) / (notation.width + 2)))
    const lines: string[] = []
    for (let i = 0; i < texts.length; i += perLine) lines.push(texts.slice(i, i + perLine).join(', '))
    return `[${lines.join(`,\n${' '.repeat(indent + 1)}`)}]`
  }
  const block = (dim: number, start: number, indent: number): string => {
    const ndim = shape.length - dim
    if (ndim === 0) return element(start)
    if (ndim === 1) return row(start, indent)
    const parts = elided(shape[dim]!, edge).map((i) =>
      i === null ? '...' : block(dim + 1, start + i * strides[dim]!, indent + 1),
    )
    return `[${parts.join(`,${'\n'.repeat(ndim - 1)}${' '.repeat(indent + 1)}`)}]`
  }
  const indent = prefix.length + 1
  return withSuffixes(`${prefix}(${block(0, 0, indent)}`, tail, indent, lineWidth)
}

/** Positions along a dim that are shown; null stands for those that are not. */
function elided(size: number, edge: number): (number | null)[] {
  const all = size <= 2 * edge
  const count = all ? size : 2 * edge + 1
  return Array.from({ length: count }, (_, i) => (all || i < edge ? i : i === edge ? null : size - count + i))
}

/** Every element that is shown, as a position among the values. */
function shownPositions(shape: Shape, strides: readonly number[], edge: number): number[] {
  return shape.reduce<number[]>(
    (starts, size, dim) => {
      const along = elided(size, edge).filter((i) => i !== null)
      return starts.flatMap((start) => along.map((i) => start + i * strides[dim]!))
    },
    [0],
  )
}

/** One notation and one width for all elements, from those that are shown. */
function chooseNotation(values: TypedArray, shown: readonly number[], dtype: DType, precision: number): Notation {
  if (!isFloat(dtype)) return withWidth({ style: dtype === 'bool' ? 'boolean' : 'integer', precision }, values, shown)
  const counted = shown.filter((i) => Number.isFinite(values[i]!) && values[i] !== 0)
  if (counted.length === 0) return { style: 'whole', precision, width: 1 }
  const magnitudes = counted.map((i) => Math.abs(values[i]!))
  const largest = magnitudes.reduce((a, b) => Math.max(a, b))
  const smallest = magnitudes.reduce((a, b) => Math.min(a, b))
  const whole = magnitudes.every(Number.isInteger)
  const scientific = largest / smallest > 1000 || largest > 1e8 || (!whole && smallest < 1e-4)
  return withWidth({ style: scientific ? 'scientific' : whole ? 'whole' : 'fixed', precision }, values, counted)
}

function withWidth(notation: Omit<Notation, 'width'>, values: TypedArray, shown: readonly number[]): Notation {
  const width = shown.reduce(
    (widest, i) => Math.max(widest, formatNumber(values[i]!, { ...notation, width: 0 }).length),
    1,
  )
  return { ...notation, width }
}

/** Each suffix on the last line while it fits, else on a line of its own. */
function withSuffixes(text: string, suffixes: readonly string[], indent: number, lineWidth: number): string {
  let out = text
  let lastLine = text.length - text.lastIndexOf('\n') + 1
  for (const suffix of suffixes) {
    if (lastLine + suffix.length + 2 > lineWidth) {
      out += `,\n${' '.repeat(indent)}${suffix}`
      lastLine = indent + suffix.length
    } else {
      out += `, ${suffix}`
      lastLine += suffix.length + 2
    }
  }
  return `${out})`
}
