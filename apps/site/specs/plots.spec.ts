import type { Item, PlotItem } from '@rungs/lesson'
import { expect, describe as group, test } from 'vitest'
import { asTable } from '../src/page/draw/asTable.ts'
import { barLengths } from '../src/page/draw/bars.ts'
import { rampFor } from '../src/page/draw/colours.ts'
import { describe } from '../src/page/draw/describe.ts'
import { showNumber } from '../src/page/draw/number.ts'
import { extentOf, scaleOf, ticksOf } from '../src/page/draw/scales.ts'

const linear = { label: '', scale: 'linear' } as const
const log = { label: 'loss', scale: 'log' } as const
const plot = (lines: PlotItem['lines'], y: PlotItem['y'] = linear): PlotItem => ({
  kind: 'plot',
  id: 1,
  title: '',
  x: { label: 'step', scale: 'linear' },
  y,
  lines,
  dots: [],
  surface: null,
})

group('numbers in labels', () => {
  test.each([
    [0, '0'],
    [1234.5678, '1,235'],
    [-0.5, '−0.5'],
    [1e-5, '10⁻⁵'],
    [-2.5e7, '−2.5·10⁷'],
    [Number.NaN, 'NaN'],
    [Number.NEGATIVE_INFINITY, '−∞'],
  ])('%d is %s', (value, text) => expect(showNumber(value)).toBe(text))
})

group('scales', () => {
  test.each([
    ['many points', linear, [1, 5, 3], [1, 5]],
    ['one point', linear, [4], [2, 6]],
    ['one point at 0', linear, [0], [-1, 1]],
    ['no point', linear, [], [0, 1]],
    ['one point, logarithmic', log, [100], [10, 1000]],
    ['no point, logarithmic', log, [], [1, 10]],
    ['numbers that are not finite', linear, [Number.NaN, 2, 3, Number.POSITIVE_INFINITY], [2, 3]],
  ] as const)('show %s', (_, axis, values, domain) => {
    expect(scaleOf(axis, values, [0, 100]).domain()).toEqual(domain)
  })

  test('a wide logarithmic one has powers of ten, no more than asked for', () => {
    const ticks = ticksOf(scaleOf(log, [1e-5, 1e7], [0, 100]), log, 4)
    expect(ticks.map(({ label }) => label)).toEqual(['10⁻³', '10⁰', '10³', '10⁶'])
  })

  test.each([
    [
      [0.3, 4],
      ['0.5', '1', '2'],
    ],
    [
      [2.5, 4],
      ['3', '4'],
    ],
  ] as const)('a narrow logarithmic one has numbers: %j', (domain, labels) => {
    const found = ticksOf(scaleOf(log, domain, [0, 100]), log, 4).map(({ label }) => label)
    for (const label of labels) expect(found).toContain(label)
    expect(found.length).toBeLessThanOrEqual(6)
  })

  test('holes in a curve take no room', () => {
    const item = plot([
      {
        name: 'a',
        points: [
          [0, 1],
          [1, null],
          [2, 3],
        ],
      },
    ])
    expect(extentOf(item)).toEqual({ xs: [0, 1, 2], ys: [1, 3] })
  })
})

group('colours', () => {
  test('values on both sides of 0 are told apart evenly', () => {
    const { range, colour } = rampFor([-1, 3])
    expect(range).toEqual([-3, 3])
    expect(colour(0)).toEqual([245, 242, 236])
  })

  test('a range of one value has a colour', () => {
    expect(rampFor([2, 2]).colour(2)).toEqual([35, 150, 139])
  })
})

group('bars', () => {
  test.each([
    ['linear', [1, 2, 4], [0.25, 0.5, 1]],
    ['linear', [0, 0], [0, 0]],
    ['log', [1, 10, 100], [1 / 3, 2 / 3, 1]],
    ['log', [5], [1]],
  ] as const)('%s %j', (scale, values, lengths) => {
    const rounded = barLengths(values, scale).map((length) => Number(length.toFixed(12)))
    expect(rounded).toEqual(lengths.map((length) => Number(length.toFixed(12))))
  })
})

group('drawings in words', () => {
  test.each<[string, Item, string]>([
    [
      'a curve',
      plot(
        [
          {
            name: 'loss',
            points: [
              [0, 1000],
              [1, null],
              [2, 0.5],
            ],
          },
        ],
        log,
      ),
      'Plot of loss against step, logarithmic. loss: from 1,000 at 0 to 0.5 at 2.',
    ],
    ['a point', plot([{ name: 'a', points: [[3, 4]] }]), 'Plot of step. a: 4 at 3.'],
    ['nothing finite', plot([{ name: 'a', points: [[0, null]] }]), 'Plot of step. a: nothing finite.'],
    [
      'a heat map',
      { kind: 'heatMap', id: 1, title: '', range: [-1, 2], values: [[-1, 2, 0]] },
      'Heat map of 1 by 3 numbers, from −1 to 2.',
    ],
  ])('%s', (_, item, words) => expect(describe(item)).toBe(words))

  test('numbers as a table: the first, every n-th, the last', () => {
    const points = Array.from({ length: 500 }, (_, i) => [i, i * i] as const)
    const rows = asTable(plot([{ name: 'square', points }]))?.rows ?? []
    expect(rows[0]).toEqual(['square', 0, 0])
    expect(rows.at(-1)).toEqual(['square', 499, 249001])
    expect(rows.length).toBeLessThanOrEqual(61)
  })

  test('a histogram as a table has its bins', () => {
    const rows = [{ name: 'x', counts: [3, 1], outside: 0, notFinite: 0 }]
    expect(asTable({ kind: 'histogram', id: 1, title: '', range: [0, 4], rows })).toEqual({
      columns: ['from', 'to', 'x'],
      rows: [
        [0, 2, 3],
        [2, 4, 1],
      ],
    })
  })
})
