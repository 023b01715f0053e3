import { record } from '@rungs/lesson/node'
import { expectCurve, loadTraining } from '@rungs/testing'
import { describe, expect, test } from 'vitest'

const { exports: lesson, items } = await record(() => import('../lesson.ts'))

describe('four dialects', () => {
  test.each(['arrays', 'autograd', 'tape', 'modules'])('%s has PyTorch’s losses', (dialect) => {
    expect(lesson.losses[dialect]).toHaveLength(100)
    expectCurve(lesson.losses[dialect]!, loadTraining().torch_manual_seed0, 'float32')
  })

  test('they differ by rounding at most, and say so', () => {
    const { arrays, ...others } = lesson.largestDifference
    expect(arrays).toBe(0)
    for (const difference of Object.values(others)) expect(difference).toBeLessThan(1e-4)
    expect(items.find(({ kind }) => kind === 'table')).toMatchObject({ rows: { length: 4 } })
  })
})
