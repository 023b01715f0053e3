import { binary, constant, type Expr } from '../expr.ts'
import { add, mul } from '../formulas.ts'

export type Words<N extends 2 | 4> = N extends 2 ? readonly [Expr, Expr] : readonly [Expr, Expr, Expr, Expr]

const ROUNDS = 10
const word = (value: number): Expr => constant(value, 'uint32')
const MULTIPLIERS = [word(0xd2511f53), word(0xcd9e8d57)] as const
/** The golden ratio and √3 - 1, which keep the keys of the rounds apart. */
const WEYL = [word(0x9e3779b9), word(0xbb67ae85)] as const

const xor = (a: Expr, b: Expr): Expr => binary('xor', a, b)

/**
 * Philox 4x32-10: four random words for each counter, by ten rounds of multiplying and mixing with a key. Every word is an
 * uint32. Counters that differ give words that have nothing to do with each other, so any part of a stream can be had at once.
 *
 * Source: J. K. Salmon, M. A. Moraes, R. O. Dror and D. E. Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC (2011).
 */
export function philox4x32(counter: Words<4>, key: Words<2>): Words<4> {
  let [c0, c1, c2, c3] = counter
  let [k0, k1] = key
  for (let round = 0; round < ROUNDS; round++) {
    const [a, b] = [MULTIPLIERS[0], MULTIPLIERS[1]]
    ;[c0, c1, c2, c3] = [
      xor(xor(binary('mulHigh', b, c2), c1), k0),
      mul(b, c2),
      xor(xor(binary('mulHigh', a, c0), c3), k1),
      mul(a, c0),
    ]
    ;[k0, k1] = [add(k0, WEYL[0]), add(k1, WEYL[1])]
  }
  return [c0, c1, c2, c3]
}
