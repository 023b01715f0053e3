import { record } from '@rungs/lesson/node'
import { expectCurve, loadTraining } from '@rungs/testing'
import { describe, expect, test } from 'vitest'

const { exports: lesson, items } = await record(() => import('../lesson.ts'))
const { distances, losses } = lesson

describe('optimisers', () => {
  test('in a valley that bends, momentum and Adam come nearer than plain SGD', () => {
    expect(distances.momentum!).toBeLessThan(0.3)
    expect(distances.Adam!).toBeLessThan(distances.SGD!)
    expect(Object.values(distances).every(Number.isFinite)).toBe(true)
  })

  test('each way is drawn over the valley', () => {
    const drawn = items.find(({ kind }) => kind === 'plot')
    expect(drawn).toMatchObject({ lines: { length: 4 }, surface: { values: { length: 50 } } })
  })

  test('on the network SGD and Adam have PyTorch’s losses', () => {
    expectCurve(losses.SGD!, loadTraining()['nn_inplace_sum_1e-4'], 'float32')
    expectCurve(losses.Adam!, loadTraining()['adam_sum_1e-4'], 'float32')
  })

  test('and all four learn', () => {
    for (const [first, last] of Object.values(losses).map((values) => [values[0]!, values.at(-1)!] as const)) {
      expect(first).toBe(losses.SGD![0])
      expect(last).toBeLessThan(first / 50)
    }
  })
})
