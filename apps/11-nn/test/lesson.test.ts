import { record } from '@rungs/lesson/node'
import { expectCurve, loadTraining } from '@rungs/testing'
import { describe, expect, test } from 'vitest'

const { exports: lesson, items, text } = await record(() => import('../lesson.ts'))

describe('modules', () => {
  test('the two-layer network has 101,110 numbers in four parameters, and prints as PyTorch’s', () => {
    expect(lesson.count).toBe(101_110)
    expect(items.find(({ kind }) => kind === 'table')).toMatchObject({ rows: { length: 4 } })
    expect(items.find((item) => item.kind === 'code' && item.title === 'As it prints')).toMatchObject({
      text: [
        'TwoLayerNet(',
        '  (hidden): Linear(in_features=1000, out_features=100, bias=True)',
        '  (output): Linear(in_features=100, out_features=10, bias=True)',
        ')',
      ].join('\n'),
    })
  })

  test('a layer in three fields counts once', () => {
    expect(lesson.towerNames).toEqual([
      'temperature',
      'shared.weight',
      'shared.bias',
      'floors.4.weight',
      'floors.4.bias',
    ])
  })

  test('dropout drops while training only', () => {
    // Of 1,000 draws: 0.5 within three standard deviations of 0.016.
    expect(Math.abs(lesson.dropped.train - 0.5)).toBeLessThan(0.05)
    expect(lesson.dropped.eval).toBe(0)
  })

  test('a state dict that does not fit is refused by name', () => {
    expect(lesson.complaint).toContain('Error(s) in loading state_dict for Sequential:')
    expect(lesson.complaint).toContain('Missing key(s) in state_dict: "0.weight"')
  })

  test('all layers learn as PyTorch’s; a frozen one stays, and the other still learns', () => {
    const [all, last] = [lesson.losses['all layers']!, lesson.losses['the last layer alone']!]
    expectCurve(all, loadTraining()['nn_inplace_sum_1e-4'], 'float32')
    expect(lesson.hiddenChanged).toBe(0)
    expect(last.at(-1)!).toBeLessThan(0.75 * last[0]!)
    expect(last.at(-1)!).toBeGreaterThan(10 * all.at(-1)!)
    expect(text).toContain('the first layer moved by 0,')
  })
})
