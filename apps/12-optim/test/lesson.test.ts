import { record } from '@rungs/lesson/node'
import { expectCurve, loadTraining } from '@rungs/testing'
import { describe, expect, test } from 'vitest'

const { exports: lesson, items } = await record(() => import('../lesson.ts'))
const { distances, losses } = lesson

describe('optimisers', () => {
  test('in a valley that bends, momentum and Adam arrive; plain SGD and RMSprop are on the way', () => {
    for (const name of ['momentum', 'Adam']) expect(distances[name]!, name).toBeLessThan(0.1)
    for (const name of ['SGD', 'RMSprop']) expect(distances[name]!, name).toBeGreaterThan(0.2)
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

  test('the mean of the errors at the learning rate of their sum hardly learns, in PyTorch too', () => {
    expectCurve(lesson.meanLosses, loadTraining()['seed003_twolayernet_sgd_mean_1e-4'], 'float32')
    expect(lesson.meanLosses.at(-1)!).toBeGreaterThan(0.98 * lesson.meanLosses[0]!)
  })

  test('and all four learn', () => {
    for (const [first, last] of Object.values(losses).map((values) => [values[0]!, values.at(-1)!] as const)) {
      expect(first).toBe(losses.SGD![0])
      expect(last).toBeLessThan(first / 50)
    }
  })
})
