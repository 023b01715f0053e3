import { record } from '@rungs/lesson/node'
import { describe, expect, test } from 'vitest'

const { exports: lesson, text } = await record(() => import('../lesson.ts'))

describe('a function of one’s own', () => {
  test('computes, and stands in the graph', () => {
    expect(text).toContain('MyReLU at -1, 0, 2: tensor([0., 0., 2.])')
    expect(text).toContain('behind MyReLUBackward')
  })

  test('is checked by gradcheck, which finds a mistake and shows it', () => {
    expect([lesson.cubeIsRight, lesson.twiceIsRight]).toEqual([true, true])
    expect(lesson.complaint).toMatch(/^Jacobian mismatch for output 0 with respect to input 0/)
  })

  test('has derivatives of every order: 3x², 6x, 6 at 2', () => {
    expect(lesson.derivatives).toEqual([12, 12, 6])
  })

  test('straight through a staircase finds whole numbers; the honest gradient stays', () => {
    expect(lesson.found).toEqual({
      'round, as it is': new Array(9).fill(0),
      'round, straight through': [1, -2, 0, 3, -1, 0, 2, -3, 1],
    })
    const honest = lesson.losses['round, as it is']!
    expect(new Set(honest).size).toBe(1)
    expect(lesson.losses['round, straight through']!.at(-1)!).toBeLessThan(honest[0]! / 10)
  })
})
