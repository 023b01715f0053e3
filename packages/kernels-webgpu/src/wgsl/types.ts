import { type DType, DTypeError } from '@rungs/ndarray'

/** The types of values in a kernel: aliases of scalars or of vectors of four, by the kernel's width. */
export type ValueType = 'Float' | 'Int' | 'Uint' | 'Bool'
/** Positions that a thread computes together. */
export type Width = 1 | 4

const valueTypes: { readonly [D in DType]?: ValueType } = {
  float32: 'Float',
  float16: 'Float',
  int32: 'Int',
  uint32: 'Uint',
  uint8: 'Uint',
  bool: 'Bool',
}
const scalarNames = { Float: 'f32', Int: 'i32', Uint: 'u32', Bool: 'bool' } as const

/** The dtypes that a device takes; float16 only where shaders have it. */
export const supportedTypes = (features: GPUSupportedFeatures): ReadonlySet<DType> =>
  new Set((Object.keys(valueTypes) as DType[]).filter((dtype) => dtype !== 'float16' || features.has('shader-f16')))

export function valueType(dtype: DType): ValueType {
  const found = valueTypes[dtype]
  if (found === undefined) {
    throw new DTypeError(
      `webgpu computes no ${dtype}; it has ${Object.keys(valueTypes).join(', ')}: cast to float32 first`,
    )
  }
  return found
}

/** How an element lies in memory: WGSL keeps no bool there, so bool, like uint8, takes one u32. */
export const storedScalar = (dtype: DType): 'f32' | 'f16' | 'i32' | 'u32' => {
  const type = valueType(dtype)
  if (dtype === 'float16') return 'f16'
  return type === 'Bool' ? 'u32' : scalarNames[type]
}

export const storedType = (dtype: DType, width: Width): string => vectorOf(storedScalar(dtype), width)

export const vectorOf = (scalar: string, width: Width): string => (width === 1 ? scalar : `vec4<${scalar}>`)

export const storedBytes = (dtype: DType): number => (storedScalar(dtype) === 'f16' ? 2 : 4)

/** float16 is how numbers are stored, not how they are computed: sums and products of it are float32. */
export const computedType = (dtype: DType): DType => (dtype === 'float16' ? 'float32' : dtype)

/** Definitions of `Float`, `Int`, `Uint` and `Bool`: the rest of a kernel's text is the same for both widths. */
export const aliases = (width: Width): string =>
  Object.entries(scalarNames)
    .map(([alias, scalar]) => `alias ${alias} = ${vectorOf(scalar, width)};`)
    .join('\n')

/** What kernels need that touch float16: `Half` is `Float` as it is stored. */
export const halfLines = (width: Width): { enable: string; alias: string } => ({
  enable: 'enable f16;',
  alias: `alias Half = ${vectorOf('f16', width)};`,
})

/** A stored element, or four, as a value. */
export function fromStored(dtype: DType, text: string): string {
  if (dtype === 'bool') return `(${text} != Uint(0u))`
  return dtype === 'float16' ? `Float(${text})` : text
}

/** A value as it is stored. */
export function toStored(dtype: DType, text: string): string {
  if (dtype === 'bool') return `select(Uint(0u), Uint(1u), ${text})`
  return dtype === 'float16' ? `Half(${text})` : text
}

/** From the bits of infinity, 0x7f800000: a constant -0.0 does not survive the compilers. */
const NEGATIVE_ZERO = 'bitcast<Float>(bitcast<Uint>(Float(p.infinity)) << Uint(8u))'

/** A constant as its dtype holds it. Infinities and NaN do not compile as constants, so they come with the parameters. */
export function literal(value: number, dtype: DType): string {
  switch (valueType(dtype)) {
    case 'Float': {
      const x = Math.fround(value)
      if (Number.isNaN(x)) return 'Float(p.nan)'
      if (!Number.isFinite(x)) return x > 0 ? 'Float(p.infinity)' : 'Float(-p.infinity)'
      if (Object.is(x, -0)) return NEGATIVE_ZERO
      return `Float(${/[.e]/.test(String(x)) ? x : `${x}.0`})`
    }
    case 'Int':
      return `Int(${value | 0})`
    case 'Uint':
      return `Uint(${dtype === 'uint8' ? value & 255 : value >>> 0}u)`
    case 'Bool':
      return `Bool(${value !== 0})`
  }
}
