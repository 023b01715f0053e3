import { type DType, isFloat } from '@rungs/ndarray'
import { type Code, type FunctionBuilder, f32x4, f64x2, i32x4, shuffle32, v128 } from '../emit/index.ts'
import { constant, keep, narrowMask, type Quad, upper } from './quad.ts'

/** `lower` of two 64-bit vectors, each with its result in the lower two lanes, put together. */
const both = (quad: Quad, convert: (half: Code) => Code): Quad => [
  shuffle32(convert(quad[0]!), convert(quad[1]!), [0, 1, 4, 5]),
]
const halves = (f: FunctionBuilder, quad: Quad, convert: (half: Code) => Code): Quad => {
  const [x] = keep(f, quad)
  return [convert(x!), convert(upper(x!))]
}
const clampByte = (x: Code): Code => i32x4.min(i32x4.max(x, i32x4.const(0)), i32x4.const(255))

/** To integers: truncated, saturated, NaN as 0; between integers: modulo 2^bits; to bool: different from zero. */
export function castQuad(f: FunctionBuilder, quad: Quad, from: DType, to: DType): Quad {
  if (from === to) return quad
  if (to === 'bool') return toBool(quad, from)
  if (from === 'bool') {
    if (to === 'float32') return [v128.and(quad[0]!, f32x4.const(1))]
    return castQuad(f, [v128.and(quad[0]!, i32x4.const(1))], 'int32', to)
  }
  if (to === 'float64') return toFloat64(f, quad, from)
  if (to === 'float32') {
    if (from === 'float64') return both(quad, f32x4.demoteF64x2)
    return [from === 'uint32' ? f32x4.convertI32x4U(quad[0]!) : f32x4.convertI32x4(quad[0]!)]
  }
  if (isFloat(from)) return toInteger(quad, from, to)
  return to === 'uint8' ? [v128.and(quad[0]!, i32x4.const(255))] : quad
}

function toBool(quad: Quad, from: DType): Quad {
  if (from === 'float64') return narrowMask(quad.map((half) => f64x2.ne(half, f64x2.const(0))))
  return [from === 'float32' ? f32x4.ne(quad[0]!, f32x4.const(0)) : i32x4.ne(quad[0]!, constant(from, 0)[0]!)]
}

const toFloat64 = (f: FunctionBuilder, quad: Quad, from: DType): Quad =>
  halves(
    f,
    quad,
    from === 'float32' ? f64x2.promoteLowF32x4 : from === 'uint32' ? f64x2.convertLowI32x4U : f64x2.convertLowI32x4,
  )

function toInteger(quad: Quad, from: DType, to: DType): Quad {
  const unsigned = to === 'uint32'
  const [whole] =
    from === 'float64'
      ? both(quad, unsigned ? i32x4.truncF64x2U : i32x4.truncF64x2)
      : [unsigned ? i32x4.truncF32x4U(quad[0]!) : i32x4.truncF32x4(quad[0]!)]
  return [to === 'uint8' ? clampByte(whole!) : whole!]
}
