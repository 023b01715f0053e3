const size = 624
const shift = 397

/** What a twister is made of: its 624 words and how many of them have been drawn. */
export interface TwisterState {
  readonly words: readonly number[]
  readonly position: number
}

export interface Twister {
  /** The next 32 bits, as an unsigned integer. */
  u32(): number
  state(): TwisterState
  restore(state: TwisterState): void
}

/**
 * The Mersenne Twister MT19937, which PyTorch, numpy's `RandomState` and Python's `random` all draw from.
 *
 * A number seeds it as the authors' `init_genrand` does, a list of 32-bit words as `init_by_array`. Source: M. Matsumoto
 * and T. Nishimura, "Mersenne Twister: a 623-dimensionally equidistributed uniform pseudo-random number generator",
 * ACM TOMACS 8 (1998), with the initialisation of 2002.
 */
export function mt19937(seed: number | readonly number[]): Twister {
  const words = typeof seed === 'number' ? wordsFromSeed(seed) : wordsFromKey(seed)
  let position = size
  return {
    u32() {
      if (position === size) {
        twist(words)
        position = 0
      }
      let y = words[position++]!
      y ^= y >>> 11
      y ^= (y << 7) & 0x9d2c5680
      y ^= (y << 15) & 0xefc60000
      return (y ^ (y >>> 18)) >>> 0
    },
    state: () => ({ words: Array.from(words, (word) => word >>> 0), position }),
    restore(state) {
      words.set(state.words)
      position = state.position
    },
  }
}

/** A double in [0, 1) from 27 and 26 bits of two draws: `genrand_res53`, the uniform of numpy and Python. */
export function unit53(twister: Twister): number {
  const high = twister.u32() >>> 5
  const low = twister.u32() >>> 6
  return (high * 2 ** 26 + low) / 2 ** 53
}

function wordsFromSeed(seed: number): Int32Array {
  const words = new Int32Array(size)
  words[0] = seed
  for (let i = 1; i < size; i++) words[i] = Math.imul(1812433253, scrambled(words[i - 1]!)) + i
  return words
}

function wordsFromKey(key: readonly number[]): Int32Array {
  const words = wordsFromSeed(19650218)
  let i = 1
  const advance = (word: number): void => {
    words[i] = word
    if (++i < size) return
    words[0] = words[size - 1]!
    i = 1
  }
  for (let step = 0; step < Math.max(size, key.length); step++) {
    const j = step % key.length
    advance((words[i]! ^ Math.imul(scrambled(words[i - 1]!), 1664525)) + key[j]! + j)
  }
  for (let step = 1; step < size; step++) {
    advance((words[i]! ^ Math.imul(scrambled(words[i - 1]!), 1566083941)) - i)
  }
  words[0] = 0x80000000
  return words
}

const scrambled = (word: number): number => word ^ (word >>> 30)

/** The next 624 words from the last, in three runs of which none has to wrap an index. */
function twist(words: Int32Array): void {
  let k = 0
  for (; k < size - shift; k++) words[k] = words[k + shift]! ^ mixed(words[k]!, words[k + 1]!)
  for (; k < size - 1; k++) words[k] = words[k + shift - size]! ^ mixed(words[k]!, words[k + 1]!)
  words[k] = words[shift - 1]! ^ mixed(words[k]!, words[0]!)
}

function mixed(upper: number, lower: number): number {
  const y = (upper & 0x80000000) | (lower & 0x7fffffff)
  return (y >>> 1) ^ (-(y & 1) & 0x9908b0df)
}
