import { RungsError } from 'rungs'
import { describe, expect, test } from 'vitest'
import { readFile } from '../src/fromDisk.ts'
import { encode, loadMobyDick, ngramLoss, readText } from '../src/index.ts'

describe('a text', () => {
  const text = readText('so—so 🐋!!!')

  test('is numbers of its characters, in the order of the alphabet', () => {
    expect(text.alphabet).toEqual([' ', '!', 'o', 's', '—', '🐋'])
    expect([...text.characters]).toEqual([3, 2, 4, 3, 2, 0, 5, 1, 1, 1])
    expect(text.split).toBe(9)
    expect(encode(text.alphabet, '🐋so').toArraySync()).toEqual([5, 3, 2])
  })

  test.each([
    ['a single character', () => readText('🐋'), 'readText: nothing can be learned from 1 characters'],
    ['a character that is not in the alphabet', () => encode(text.alphabet, 'sol'), 'encode: the alphabet has no "l"'],
  ])('%s is refused', (_, call, message) => {
    expect(call).toThrow(RungsError)
    expect(call).toThrow(message)
  })
})

describe('models that count characters', () => {
  test('in a text that fits on a line', () => {
    // Held out is the last b, after 'a'. Of the nine before it three are b; of the five behind an a, three are.
    const text = readText('ababaabaab')
    expect(ngramLoss(text, 1)).toBeCloseTo(-Math.log((3 + 1) / (9 + 2)), 12)
    expect(ngramLoss(text, 2)).toBeCloseTo(-Math.log((3 + 1) / (5 + 2)), 12)
    expect(ngramLoss(text, 3)).toBeCloseTo(-Math.log((1 + 1) / (1 + 2)), 12)
  })

  test('in thirty chapters, as a Python program counted with dictionaries', async () => {
    const text = await loadMobyDick(readFile)
    expect(text.alphabet.length).toBe(78)
    const known = { 1: 3.044859230435744, 2: 2.4225825549246314, 3: 2.1006587905207614 }
    for (const [order, loss] of Object.entries(known)) expect(ngramLoss(text, Number(order))).toBeCloseTo(loss, 10)
  })
})
