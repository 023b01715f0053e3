import { binary, cast, constant, coord, type Expr, input, scalar, unary } from '../expr.ts'
import * as f from '../formulas.ts'
import { type Program, program } from '../program.ts'
import type { FloatDType } from './generator.ts'
import { philox4x32, type Words } from './philox.ts'

/** Formulas of one block of the stream, several numbers each: inputs are the four words of the counter and the two of the key. */
export interface BlockProgram {
  readonly program: Program
  /** Numbers that a block gives. */
  readonly count: number
}

type FloatPrograms = { readonly [D in FloatDType]: BlockProgram }

const fromBlock = (numbers: readonly Expr[]): BlockProgram => ({ program: program(...numbers), count: numbers.length })

const uint = (x: Expr): Expr => cast(x, 'uint32')

/** The counter so many blocks on, its lowest word first; carries run through all four words. */
function counterPlus(blocks: Expr): Words<4> {
  const low = f.add(input(0), blocks)
  let carry = uint(f.lt(low, input(0)))
  const next = (index: number): Expr => {
    const sum = f.add(input(index), carry)
    carry = f.mul(carry, uint(f.eq(sum, 0)))
    return sum
  }
  return [low, next(1), next(2), next(3)]
}

const key: Words<2> = [input(4), input(5)]
const words = philox4x32(counterPlus(uint(coord(0))), key)

const shiftedRight = (x: Expr, count: number): Expr => binary('shr', x, constant(count, 'uint32'))
const constant32 = (value: number): Expr => constant(value, 'float32')
const constant64 = (value: number): Expr => constant(value, 'float64')

/** The upper 24 bits: exact in float32, so the same on every device. */
const upper24 = (word: Expr): Expr => cast(shiftedRight(word, 8), 'float32')
/** In [0, 1), and in (0, 1] for logarithms. */
const unit32 = (word: Expr): Expr => f.mul(upper24(word), constant32(2 ** -24))
const open32 = (word: Expr): Expr => f.mul(f.add(upper24(word), constant32(1)), constant32(2 ** -24))

/** 53 bits of two words, as NumPy and Python put them together. */
const upper53 = (high: Expr, low: Expr): Expr =>
  f.add(f.mul(cast(shiftedRight(high, 5), 'float64'), constant64(2 ** 26)), cast(shiftedRight(low, 6), 'float64'))
const unit64 = (high: Expr, low: Expr): Expr => f.mul(upper53(high, low), constant64(2 ** -53))
const open64 = (high: Expr, low: Expr): Expr => f.mul(f.add(upper53(high, low), constant64(1)), constant64(2 ** -53))

/** Two normals of a uniform in (0, 1] and one in [0, 1) (Box and Muller, 1958). */
function normals(radial: Expr, angular: Expr, constantOf: (value: number) => Expr): Expr[] {
  const radius = f.sqrt(f.mul(constantOf(-2), unary('log', radial)))
  const angle = f.mul(constantOf(2 * Math.PI), angular)
  return [f.mul(radius, unary('cos', angle)), f.mul(radius, unary('sin', angle))]
}

const [w0, w1, w2, w3] = words
export const bits: BlockProgram = fromBlock(words)
/** `low + ⌊word · range / 2³²⌋`: scalars are the range and the bits of low. */
export const integers: BlockProgram = fromBlock(
  words.map((word) => cast(f.add(binary('mulHigh', word, scalar(0)), scalar(1)), 'int32')),
)
/** True where the word is at most the scalar. */
export const flags: BlockProgram = fromBlock(words.map((word) => f.le(word, scalar(0))))
export const uniform: FloatPrograms = {
  float32: fromBlock(words.map(unit32)),
  float64: fromBlock([unit64(w0, w1), unit64(w2, w3)]),
}
export const normal: FloatPrograms = {
  float32: fromBlock([...normals(open32(w0), unit32(w1), constant32), ...normals(open32(w2), unit32(w3), constant32)]),
  float64: fromBlock(normals(open64(w0, w1), unit64(w2, w3), constant64)),
}
const exponentialOf = (unit: Expr): Expr => f.neg(unary('log', unit))
export const exponential: FloatPrograms = {
  float32: fromBlock(words.map((word) => exponentialOf(open32(word)))),
  float64: fromBlock([exponentialOf(open64(w0, w1)), exponentialOf(open64(w2, w3))]),
}

/** The counter's four words, the scalar's number of blocks on. */
export const advance: Program = program(...counterPlus(uint(scalar(0))))

/** What no counter of numbers has as its highest word in 2⁹⁶ draws. */
const SPLIT = constant(0xffffffff, 'uint32')
const [counter0, counter1, counter2] = counterPlus(uint(coord(0)))
/** Keys of new streams, two words for each block. */
export const keys: BlockProgram = fromBlock(philox4x32([counter0, counter1, counter2, SPLIT], key).slice(0, 2))
