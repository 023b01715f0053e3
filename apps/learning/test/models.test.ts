import { expectClose } from '@rungs/testing'
import { cat, manualSeed, noGrad, randint, randn } from 'rungs'
import { describe, expect, test } from 'vitest'
import { CharacterModel, DigitNet } from '../src/index.ts'

const sizeOf = (model: CharacterModel | DigitNet): number => model.parameters().reduce((sum, { size }) => sum + size, 0)

test('the network for digits gives ten scores an image, from what 29,066 parameters say', () => {
  const model = new DigitNet()
  expect(model.forward(randn([3, 1, 8, 8])).shape).toEqual([3, 10])
  // Kernels and biases: 32 of 1×3×3, 64 of 32×3×3, 10 of 1024.
  expect(sizeOf(model)).toBe(32 * 10 + 64 * 289 + 10 * 1025)
})

describe('the transformer', () => {
  manualSeed(0)
  const model = new CharacterModel(20, { width: 16, depth: 2, context: 8 }).eval()
  const characters = randint(0, 20, [3, 8])

  test('gives scores for what follows every character', () => {
    expect(noGrad(() => model.forward(characters)).shape).toEqual([3, 8, 20])
    expect(noGrad(() => model.forward(characters.slice(1, 0, 5))).shape).toEqual([3, 5, 20])
  })

  test('does not see what is still to come', () => {
    const others = cat([characters.slice(1, 0, 5), characters.slice(1, 5).add(1).remainder(20)], 1)
    const [scores, changed] = noGrad(() => [model.forward(characters), model.forward(others)])
    const before = (all: typeof scores): ReturnType<typeof all.toTypedArraySync> =>
      all.slice(1, 0, 5).toTypedArraySync()
    expectClose(before(changed), before(scores), { absolute: 1e-5 }, 'scores')
    expect(changed.select(1, 5).sub(scores.select(1, 5)).abs().amax().itemSync()).toBeGreaterThan(0.01)
  })

  test('sees where a character stands', () => {
    const same = randint(0, 20, [1, 1]).expand([1, 8])
    const scores = noGrad(() => model.forward(same))
    expect(scores.select(1, 0).sub(scores.select(1, 7)).abs().amax().itemSync()).toBeGreaterThan(0.01)
  })

  test('refuses more characters than its context', () => {
    expect(() => model.forward(randint(0, 20, [1, 9]))).toThrow('index 8 is out of bounds')
  })
})
