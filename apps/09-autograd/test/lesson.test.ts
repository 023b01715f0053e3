import { record } from '@rungs/lesson/node'
import { expectCurve, loadTraining } from '@rungs/testing'
import { describe, expect, test } from 'vitest'

const { exports: lesson, items, text } = await record(() => import('../lesson.ts'))

describe('autograd', () => {
  test('the graph is drawn as it is in the end, with its leaves by name', () => {
    const drawn = items.find(({ kind }) => kind === 'graph')
    expect(drawn).toMatchObject({ title: 'What c remembers, as it grows' })
    for (const name of ['x\\n', 'y\\n', 'z\\n', 'MulBackward0', 'AddBackward0', 'SumBackward0']) {
      expect(drawn).toMatchObject({ dot: expect.stringContaining(name) })
    }
  })

  test("NumPy's sum, and the gradient of a product", () => {
    expect(lesson.sum).toBeCloseTo(6.717008537800067, 14)
    expect(lesson.gradientIsFactor).toBe(true)
    expect(text).toContain('x.grad is tensor([4., 5., 6.])')
  })

  test('a graph is used once', () => {
    expect(lesson.complaint).toMatch(/^Trying to backward through the graph a second time/)
  })

  test('gradients add up', () => {
    expect(lesson.accumulated).toEqual([
      [2, 4, 6],
      [4, 8, 12],
    ])
  })

  test('done right, the losses are PyTorch’s; each mistake shows its own way', () => {
    const { right, rebound, ...others } = lesson.losses
    expectCurve(right!, loadTraining().torch_autograd_seed0, 'float32')
    for (const constant of [rebound!, others['not updated']!]) expect(new Set(constant)).toEqual(new Set([right![0]]))
    expect(others['not cleared']!.at(-1)!).toBeGreaterThan(10 * right!.at(-1)!)
    expect(others['no backward']![1]).toBe(right![1])
    expect(others['no backward']!.at(-1)!).toBeGreaterThan(right![0]!)
  })
})
