import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import * as kit from '../src/index.ts'
import { type Item, setHost } from '../src/index.ts'
import { coloured, drawItem, formatNumber, plain, terminal } from '../src/node/index.ts'

/** What a lesson looks like in a pipe. */
function inPipe(lesson: (say: (text: string) => void) => void): string[] {
  const stream = new PassThrough()
  const screen = terminal(stream as unknown as NodeJS.WriteStream, plain)
  setHost({ show: (item) => screen.show(item), openDevice: () => Promise.reject(new RangeError()) })
  lesson((text) => screen.show({ kind: 'text', id: kit.nextId(), level: 'log', text }))
  screen.end()
  return String(stream.read() ?? '')
    .split('\n')
    .slice(0, -1)
}

function drawn(show: () => unknown): string[] {
  return inPipe(() => show())
}

describe('the terminal', () => {
  it('sets items apart from text, and text not from text', () => {
    const lines = inPipe((say) => {
      say('one')
      say('two')
      kit.code('x', { title: 'code' })
      kit.code('y')
      say('three')
    })
    expect(lines).toEqual(['one', 'two', '', 'code', '  x', '', '  y', '', 'three'])
  })

  it('draws what grows once, when something else is shown after its loop', () => {
    const lines = inPipe((say) => {
      const rows: { step: number }[] = []
      const growing = kit.table(rows)
      for (const step of kit.progress(3)) {
        rows.push({ step })
        growing.update(rows)
        say(`at ${step}`)
      }
      say('after')
    })
    expect(lines).toEqual(['at 0', 'at 1', 'at 2', '', '  step', '     0', '     1', '     2', '', 'after'])
  })

  it('draws what waits at the end, and never what stayed empty', () => {
    const lines = inPipe(() => {
      kit.table([])
      kit.lines({ loss: [] })
      kit.table([]).update([{ a: 1 }])
    })
    expect(lines).toEqual(['  a', '  1'])
  })

  it('wraps text between words', () => {
    const lines = inPipe((say) => say(`${'word '.repeat(30)}\n  indented`))
    expect(lines.every((line) => line.length <= 80)).toBe(true)
    expect(lines.join(' ').match(/word/g)).toHaveLength(30)
    expect(lines.at(-1)).toBe('  indented')
  })

  it('writes neither colours nor cursor codes into a pipe, and colours only where they are wanted', () => {
    const item: Item = {
      kind: 'bars',
      id: 1,
      title: 'times',
      scale: 'linear',
      unit: '',
      bars: [{ name: 'a', value: 1 }],
    }
    expect(drawItem(item, plain)).not.toContain('\u001b')
    expect(drawItem(item, coloured)).toContain('\u001b')
    expect(inPipe(() => Array.from(kit.progress(5, 'training')))).toEqual([])
  })
})

describe('draws', () => {
  it('a table: numbers to the right, long cells wrapped, within eighty columns', () => {
    const words = 'several words that go on and on '.repeat(4).trim()
    const lines = drawn(() =>
      kit.table([
        { n: 1.5, flag: true, words, none: null },
        { n: 12345, words: 'few' },
      ]),
    )
    expect(lines[0]).toMatch(/^ {7}n {2}flag {2}words +none$/)
    expect(lines[1]).toMatch(/^ {5}1\.5 {2}yes {3}several words/)
    expect(lines.at(-1)).toBe('  12,345        few')
    expect(lines.every((line) => line.length <= 80)).toBe(true)
  })

  it('a table that is too wide even word by word', () => {
    const lines = drawn(() => kit.table([{ a: 'x'.repeat(60), b: 'y'.repeat(60) }]))
    expect(lines.every((line) => line.length <= 80)).toBe(true)
  })

  it('bars, linear and logarithmic', () => {
    expect(drawn(() => kit.bars({ a: 4, bb: 2, c: 0 }, { unit: 'ms' }))).toEqual([
      `  a  ${'█'.repeat(70)} 4 ms`,
      `  bb ${'█'.repeat(35)} 2 ms`,
      '  c   0 ms',
    ])
    const lengths = drawn(() => kit.bars({ a: 1, b: 10, c: 100 }, { log: true })).map(
      (line) => line.split('█').length - 1,
    )
    expect(lengths.map((length) => Math.round((3 * length) / lengths[2]!))).toEqual([1, 2, 3])
  })

  it('a histogram: every bin that holds something is seen', () => {
    expect(drawn(() => kit.histogram({ a: [0, 0, 0, 0, 1, 3, 9, Number.NaN] }, { bins: 4, range: [0, 4] }))).toEqual([
      '  a █▂ ▂ 1 outside, 1 not finite',
      '    0  4',
    ])
    const wide = drawn(() => kit.histogram({ many: [0, 1, 1] }, { bins: 500 }))
    expect(wide.every((line) => line.length <= 80)).toBe(true)
    expect(wide[0]).toMatch(/^ {2}many ▄ +█ *$/)
  })

  it('a heat map with its legend, every so many rows of a large one', () => {
    expect(
      drawn(() =>
        kit.heatMap(
          [
            [0, 1],
            [2, Number.NaN],
          ],
          { range: [0, 2] },
        ),
      ),
    ).toEqual(['  ┌────┐', '  │  ▒▒│', '  │██··│', '  └────┘', '   0    ░░░▒▒▒▓▓▓███ 2'])
    const large = drawn(() => kit.heatMap(Array.from({ length: 100 }, () => new Array(300).fill(1))))
    expect(large.every((line) => line.length <= 80)).toBe(true)
    expect(large.at(-1)).toContain('every 4th row and column')
  })

  it('pictures side by side with their captions', () => {
    const picture = { pixels: [0, 3, 3, 0], caption: 'a seven' }
    expect(drawn(() => kit.images([picture, picture], { width: 2 }))).toEqual([
      '    ██    ██',
      '  ██    ██',
      '  a se  a se',
    ])
  })

  it('a graph as a tree from its outputs, a node that comes again marked', () => {
    const dot =
      'digraph {\n n0 [label="Mul\\n(2)", shape=box]\n n1 [label="x"]\n n2 [label="Exp"]\n n2 -> n0\n n1 -> n2\n n2 -> n0\n}'
    expect(drawn(() => kit.graph(dot))).toEqual(['  Mul (2)', '    Exp', '      x', '    Exp ↑'])
  })

  it('curves in characters of their own, with round numbers beside them', () => {
    const lines = drawn(() =>
      kit.lines({ up: [1, 10, 100], down: [100, 10, 1] }, { title: 'Curves', x: 'step', y: 'loss', logY: true }),
    )
    expect(lines.slice(0, 3)).toEqual(['Curves', '  loss', expect.stringMatching(/^ {8}100┤×+ +•+$/)])
    expect(lines[16]).toMatch(/^ {10}1┤•+ +×+$/)
    expect(lines.at(-1)).toBe('  • up   × down')
    expect(lines.every((line) => line.length <= 80)).toBe(true)
  })

  it('one point, and a curve with a hole', () => {
    expect(
      drawn(() => kit.lines({ a: [3] }))
        .join('')
        .match(/•/g),
    ).toHaveLength(1)
    const marks = drawn(() =>
      kit.plot({
        lines: {
          a: [
            [0, 1],
            [1, Number.NaN],
            [9, 1],
          ],
        },
      }),
    ).join('')
    expect(marks.match(/•/g)).toHaveLength(2)
  })

  it('a way that leaves the picture for good, at once', () => {
    const surface = {
      x: [0, 1] as const,
      y: [0, 1] as const,
      values: [
        [0, 0],
        [0, 0],
      ],
    }
    const inside = drawn(() =>
      kit.plot({
        surface,
        lines: {
          way: [
            [0, 0],
            [1, 1],
          ],
        },
      }),
    )
    const beyond = drawn(() =>
      kit.plot({
        surface,
        lines: {
          way: [
            [0, 0],
            [1, 1],
            [1e300, 1e300],
            [2e300, 3],
            [5, 5],
          ],
        },
      }),
    )
    expect(beyond).toEqual(inside)
  })

  it('a way over contours, the lowest part of the surface empty', () => {
    const at = Array.from({ length: 21 }, (_, i) => (i - 10) / 10)
    const values = at.map((y) => at.map((x) => x * x + y * y))
    const lines = drawn(() =>
      kit.plot({
        surface: { x: [-1, 1], y: [-1, 1], values },
        lines: {
          way: [
            [-1, 1],
            [0, 0],
          ],
        },
      }),
    )
    expect(lines[0]).toMatch(/^ {10}1┤•.*≣$/)
    expect(lines[7]).toMatch(/\. {5,}•+ {5,}\./)
  })
})

describe('numbers', () => {
  it.each([
    [0, '0'],
    [1234567, '1,234,567'],
    [0.000012345678, '1.23457e-5'],
    [1e15, '1e+15'],
    [Math.PI, '3.14159'],
    [-12345.678, '-12,345.7'],
    [Number.NaN, 'NaN'],
  ])('%d is %s', (value, text) => {
    expect(formatNumber(value)).toBe(text)
  })

  it('have fewer digits where fewer are wanted', () => {
    expect(formatNumber(5610.123, 3)).toBe('5,610')
  })
})
