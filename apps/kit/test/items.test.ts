import { RungsError } from '@rungs/ndarray'
import { describe, expect, it } from 'vitest'
import {
  bars,
  code,
  graph,
  heatMap,
  histogram,
  type Item,
  images,
  lines,
  plot,
  progress,
  setHost,
  table,
} from '../src/index.ts'

/** What `show` shows, in order. */
function shownBy(show: () => unknown): Item[] {
  const items: Item[] = []
  setHost({
    show: (item) => void items.push(item),
    openDevice: () => Promise.reject(new RungsError('no devices here')),
  })
  show()
  return items
}

const everything: Record<string, () => unknown> = {
  table: () => table([{ a: 1, b: Number.NaN }, { c: 'x' }], { title: 'rows' }),
  lines: () => lines({ loss: [3, Number.NaN, 0], other: new Float32Array([1, 2]) }, { logY: true }),
  plot: () =>
    plot(
      {
        lines: {
          path: [
            [0, 1],
            [2, Number.POSITIVE_INFINITY],
          ],
        },
        dots: { end: [[1, 1]] },
        surface: {
          x: [0, 1],
          y: [0, 2],
          values: [
            [1, 2],
            [Number.NaN, 4],
          ],
        },
      },
      { x: 'x', y: 'y' },
    ),
  histogram: () => histogram({ values: [0, 1, 2, Number.NaN, 9] }, { bins: 2, range: [0, 2] }),
  bars: () => bars({ slow: 10, fast: 1 }, { unit: 'ms', log: true }),
  heatMap: () => heatMap([[1, 2, Number.POSITIVE_INFINITY]]),
  graph: () => graph('digraph { a -> b }'),
  images: () => images([{ pixels: [0, 1, 2, 3], caption: 'seven' }], { width: 2 }),
  code: () => code('let x = 1;', { language: 'wgsl' }),
}

describe('items', () => {
  it.each(Object.entries(everything))('%s is plain data that survives JSON', (_, show) => {
    const [item] = shownBy(show)
    expect(JSON.parse(JSON.stringify(item))).toEqual(item)
    expect(item).toMatchObject({ id: 1 })
  })

  it('count from 1 in each run, and keep their id when they change', () => {
    const show = () => {
      const losses = lines({ loss: [] })
      table([{ a: 1 }])
      losses.update({ loss: [1] })
    }
    for (const _ of 'ab') expect(shownBy(show).map(({ id }) => id)).toEqual([1, 2, 1])
  })

  it('name columns by the keys of all rows, and leave what a row lacks empty', () => {
    expect(shownBy(everything.table!)).toMatchObject([
      {
        columns: ['a', 'b', 'c'],
        rows: [
          [1, 'NaN', null],
          [null, null, 'x'],
        ],
      },
    ])
  })

  it('have a hole where a number is not finite or has no place on a logarithmic axis', () => {
    expect(shownBy(everything.lines!)).toMatchObject([
      {
        kind: 'plot',
        y: { scale: 'log' },
        lines: [
          {
            points: [
              [0, 3],
              [1, null],
              [2, null],
            ],
          },
          { name: 'other' },
        ],
      },
    ])
  })

  it('leave out a point that has no place across', () => {
    const item = shownBy(() =>
      plot(
        {
          dots: {
            p: [
              [0, 1],
              [1, 1],
            ],
          },
        },
        { logX: true },
      ),
    )
    expect(item).toMatchObject([{ dots: [{ points: [[1, 1]] }] }])
  })

  it('count values in bins, the last one closed, and those beside them', () => {
    expect(shownBy(everything.histogram!)).toMatchObject([
      { range: [0, 2], rows: [{ counts: [1, 2], outside: 1, notFinite: 1 }] },
    ])
  })

  it('find a range where none is given, one of some width also for equal numbers', () => {
    expect(shownBy(() => histogram({ a: [1, 5], b: [-3] }))).toMatchObject([{ range: [-3, 5] }])
    expect(shownBy(() => heatMap([[2, 2]]))).toMatchObject([{ range: [1.5, 2.5] }])
    expect(shownBy(() => heatMap([]))).toMatchObject([{ range: [0, 1] }])
  })
})

describe('progress', () => {
  it('counts a loop, with a note, and ends where the loop ends', () => {
    const items = shownBy(() => {
      const steps = progress(3, 'training')
      for (const step of steps) steps.note(`step ${step}`)
    })
    expect(items.map((item) => item.kind === 'progress' && [item.done, item.total, item.note])).toEqual([
      [0, 3, ''],
      [1, 3, 'step 0'],
      [2, 3, 'step 1'],
      [3, 3, 'step 2'],
    ])
  })

  it('is over when a loop is left early', () => {
    const items = shownBy(() => {
      for (const step of progress(100)) if (step === 1) break
    })
    expect(items.at(-1)).toMatchObject({ done: 100, total: 100 })
  })
})

describe('bad input is refused by name:', () => {
  it.each<[string, () => unknown, string]>([
    [
      'an option that there is not',
      () => table([], { titel: '' } as never),
      "table() got an unexpected keyword argument 'titel'",
    ],
    ['a cell that is an object', () => table([{ a: {} as never }]), "table: column 'a' has [object Object]"],
    ['a curve that is no list', () => lines({ loss: 3 as never }), "lines: 'loss' must be a list of numbers, got 3"],
    [
      'a point of three numbers',
      () => plot({ dots: { p: [[1, 2, 3]] as never } }),
      "point 0 of plot: 'p' must be [x, y]",
    ],
    ['data of another name', () => plot({ points: {} } as never), "plot() got an unexpected keyword argument 'points'"],
    ['ragged rows', () => heatMap([[1, 2], [3]]), 'heatMap: row 1 has 1 numbers, and the first row 2'],
    [
      'a range upside down',
      () => heatMap([[1]], { range: [2, 1] }),
      'heatMap: range must be two numbers, the lower first',
    ],
    ['no bins', () => histogram({}, { bins: 0 }), 'histogram: bins must be 1 or more, got 0'],
    ['a bar of no length', () => bars({ a: -1 }), "bars: 'a' is -1"],
    ['a logarithmic bar of 0', () => bars({ a: 0 }, { log: true }), "bars: 'a' is 0"],
    [
      'half a row of pixels',
      () => images([{ pixels: [1, 2, 3], caption: 'x' }]),
      "images: 'x' has 3 pixels, which are no rows of 8",
    ],
    [
      'pictures of no width',
      () => images([{ pixels: [], caption: 'x' }], { width: -1 }),
      'images: width must be 1 or more, got -1',
    ],
    ['a loop of no steps', () => progress(0), 'progress: takes a count of 1 or more, got 0'],
  ])('%s', (_, show, message) => {
    expect(() => shownBy(show)).toThrow(RungsError)
    expect(() => shownBy(show)).toThrow(message)
  })
})
