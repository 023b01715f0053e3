import { record } from '@rungs/lesson/node'
import { describe, expect, test } from 'vitest'

const { exports: lesson, text } = await record(() => import('../lesson.ts'))

describe('the chain rule', () => {
  test('by algebra: the derivative of a square, as a computer algebra program prints it', () => {
    expect(lesson.square).toBe('2 * x')
    expect(text).toContain('d/dx x ^ 2 is 2 * x')
  })

  test('a neuron’s gradients are those of algebra', () => {
    expect(lesson.checks.map(({ by }) => by)).toEqual(['w', 'b'])
    for (const { value, ours } of lesson.checks) expect(ours).toBeCloseTo(value, 14)
    // 2 (w x + b - y) x with the numbers of the lesson.
    expect(lesson.checks[0]!.ours).toBeCloseTo(2 * (0.8 * 1.5 - 0.3 - 2) * 1.5, 14)
  })

  test('every weight’s gradient is the slope of the loss', () => {
    // Central differences of step h in float64 err by h² and by 1e-16 / h.
    expect(lesson.largestDifference).toBeLessThan(1e-8)
    expect(lesson.largestDifference).toBeGreaterThan(0)
  })

  test('three classes learn', () => {
    expect(lesson.losses).toHaveLength(300)
    expect(lesson.losses.at(-1)!).toBeLessThan(lesson.losses[0]! / 10)
  })
})
