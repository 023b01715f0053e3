import { arange, manualSeed, nn, RungsError, randn, type Tensor } from 'rungs'
import { describe, expect, test } from 'vitest'
import { heldOutLoss, type Predictor, readText, writeText } from '../src/index.ts'

/** Scores every next character by the one before it alone. */
class Pairs extends nn.Module implements Predictor {
  readonly table: Tensor
  readonly context: number
  constructor(table: Tensor, context: number) {
    super()
    this.table = table
    this.context = context
  }
  forward(characters: Tensor): Tensor {
    if (characters.shape[1]! > this.context) throw new RangeError(`sees ${characters.shape[1]} characters`)
    return this.table.at(characters)
  }
}

describe('the loss of held-out characters', () => {
  const text = readText('the whale and the sea and the ship and the whale'.repeat(20))
  const scores = randn([text.alphabet.length, text.alphabet.length], { generator: manualSeed(3) })

  /** By the definition, one character after the other. */
  const expected = (): number => {
    const logs = scores.logSoftmax(1).toArraySync() as number[][]
    const costs = Array.from(text.characters, (character, i) => -(logs[text.characters[i - 1]!]?.[character] ?? 0))
    const heldOut = costs.slice(text.split)
    return heldOut.reduce((sum, cost) => sum + cost, 0) / heldOut.length
  }

  test.each([
    ['that divides their number', 12],
    ['that does not', 10],
    ['of an odd length', 7],
    ['of one character', 1],
    ['longer than they are', 400],
  ])('counts each once, with a context %s', async (_, context) => {
    expect(text.characters.length - text.split).toBe(96)
    expect(await heldOutLoss(new Pairs(scores, context), text)).toBeCloseTo(expected(), 5)
  })

  test('takes a context that fits into the training part', async () => {
    await expect(heldOutLoss(new Pairs(scores, 900), text)).rejects.toThrow(RungsError)
    await expect(heldOutLoss(new Pairs(scores, 900), text)).rejects.toThrow(
      'has 864 characters, too few for a context of 900',
    )
  })
})

describe('writing', () => {
  const alphabet = ['a', 'b', 'c']
  /** After each character the next of the alphabet is the most probable, by far. */
  const cycle = new Pairs(arange(3).unsqueeze(1).add(1).remainder(3).eq(arange(3)).float().mul(10), 4)

  test('goes on where the prompt ends', async () => {
    const written = await writeText(cycle, alphabet, { prompt: 'b', length: 6, temperature: 0.01 })
    expect(written).toBe('bcabcab')
  })

  test('is the same for the same seed, and freer where it is hot', async () => {
    const write = (seed: number): Promise<string> =>
      writeText(cycle, alphabet, { prompt: 'abcabc', length: 30, temperature: 100, generator: manualSeed(seed) })
    const first = await write(0)
    expect(await write(0)).toBe(first)
    expect(await write(1)).not.toBe(first)
    expect(first).toMatch(/^abcabc[abc]{30}$/)
  })

  test('takes a prompt in the alphabet', async () => {
    await expect(writeText(cycle, alphabet, { prompt: 'x' })).rejects.toThrow('encode: the alphabet has no "x"')
  })
})
