import { record } from '@rungs/lesson/node'
import { describe, expect, test } from 'vitest'

const { exports: lesson, items } = await record(() => import('../lesson.ts'), { device: 'wasm' })
const { accuracies, confusion, right } = lesson

describe('a classifier of digits', () => {
  test('reads more than 94 % of the digits that it has never seen', () => {
    // Seeds 0 to 2 read 344, 348 and 337 of 360.
    expect(right).toBeGreaterThan(338)
    expect(accuracies['held out']!.at(-1)).toBeCloseTo(right / 360, 6)
  })

  test('and more of those that it has', () => {
    expect(accuracies.train!.at(-1)!).toBeGreaterThan(accuracies['held out']!.at(-1)!)
  })

  test('its confusion matrix counts every digit once, the right ones on the diagonal', () => {
    expect(confusion.flat().reduce((sum, count) => sum + count, 0)).toBe(360)
    expect(confusion.reduce((sum, row, digit) => sum + row[digit]!, 0)).toBe(right)
    expect(items.find(({ kind }) => kind === 'heatMap')).toMatchObject({ values: confusion })
  })

  test('shows which ones it got wrong', () => {
    const pictures = items.find((item) => item.kind === 'images' && item.title === 'What it gets wrong')
    expect(pictures).toMatchObject({ images: { length: Math.min(12, 360 - right) } })
  })
})
