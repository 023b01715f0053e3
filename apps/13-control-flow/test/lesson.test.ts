import { record } from '@rungs/lesson/node'
import { expectCurve, loadTraining } from '@rungs/testing'
import { describe, expect, test } from 'vitest'

const { exports: lesson, items } = await record(() => import('../lesson.ts'), { device: 'wasm' })

describe('a network that changes', () => {
  test('has PyTorch’s losses, with the dice of Python', () => {
    expectCurve(lesson.losses, loadTraining()['dynamicnet_momentum_0.9'], 'dynamic')
  })

  test('throws 3 too, as Python’s randint(0, 3) does', () => {
    expect(lesson.depths.reduce((sum, count) => sum + count, 0)).toBe(300)
    for (const count of lesson.depths) expect(count).toBeGreaterThan(40)
  })

  test('is drawn as deep as it was', () => {
    const graphs = items.filter((item) => item.kind === 'graph')
    const linears = graphs.map(({ title, dot }) => [title, dot.match(/LinearBackward0/g)?.length] as const)
    expect(linears.toSorted()).toEqual([
      ['A step with 0 middle layers', 2],
      ['A step with 2 middle layers', 4],
      ['A step with 3 middle layers', 5],
    ])
  })

  test('a shared weight’s gradient is the sum over its uses', () => {
    // float32 sums of numbers up to 3.
    expect(lesson.difference).toBeLessThan(2e-6)
  })

  test('a loop that ends by itself has a derivative: that of √a at 2', () => {
    expect(lesson.newton.root).toBeCloseTo(Math.SQRT2, 6)
    expect(lesson.newton.slope).toBeCloseTo(1 / (2 * Math.SQRT2), 5)
    expect(lesson.rounds).toBeLessThan(6)
  })
})
