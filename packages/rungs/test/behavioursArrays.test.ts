// Each name begins with the number of a behaviour that the project promises: values and texts, as NumPy and PyTorch give them.
import { loadOps } from '@rungs/testing'
import { describe, expect, test } from 'vitest'
import * as r from '../src/index.ts'
import { type Tensor, values } from './support.ts'

const { tensor } = r
const a = (): Tensor => tensor([10, 6, -4])
const b = (): Tensor => tensor([2, 8, 7])
const c = (): Tensor => tensor([10, 20, 30])
const m = (): Tensor => r.arange(1, 10).reshape([3, 3])
const n = (): Tensor => r.arange(1, 7).reshape([2, 3])

describe('values', () => {
  const rows: readonly (readonly [name: string, result: () => Tensor, expected: r.Nested])[] = [
    [
      'row 6: ones',
      () => r.ones([2, 2]),
      [
        [1, 1],
        [1, 1],
      ],
    ],
    ['row 8: a + b', () => a().add(b()), [12, 14, 3]],
    ['row 8: a - b', () => a().sub(b()), [8, -2, -11]],
    ['row 8: a / b', () => a().div(tensor([2, 8, -4])), [5, 0.75, 1]],
    ['row 8: a < b', () => a().lt(b()), [false, true, true]],
    ['row 8: a > b', () => a().gt(b()), [true, false, false]],
    [
      'row 8: m * m',
      () => m().mul(m()),
      [
        [1, 4, 9],
        [16, 25, 36],
        [49, 64, 81],
      ],
    ],
    ['row 9: (a < b).all() is a 0-d bool', () => a().lt(b()).all(), false],
    ['row 9: (a == b).all() is a 0-d bool', () => a().eq(b()).all(), false],
    ['row 9: sum with keepdim', () => n().sum(1, { keepdim: true }), [[6], [15]]],
    ['row 15: a > 0', () => a().gt(0), [true, true, false]],
    [
      'row 16: m + c',
      () => m().add(c()),
      [
        [11, 22, 33],
        [14, 25, 36],
        [17, 28, 39],
      ],
    ],
    [
      'row 16: c + m',
      () => c().add(m()),
      [
        [11, 22, 33],
        [14, 25, 36],
        [17, 28, 39],
      ],
    ],
    [
      'row 16: c + n',
      () => c().add(n()),
      [
        [11, 22, 33],
        [14, 25, 36],
      ],
    ],
    [
      'row 17: c.unsqueeze(1) + m',
      () => c().unsqueeze(1).add(m()),
      [
        [11, 12, 13],
        [24, 25, 26],
        [37, 38, 39],
      ],
    ],
    ['row 27: booleans as floats', () => a().gt(0).float(), [1, 1, 0]],
    ["row 27: booleans to('float32')", () => a().gt(0).to('float32'), [1, 1, 0]],
    ['row 28: a square root', () => r.full([1], 784).sqrt(), [Math.sqrt(784)]],
    [
      'row 29: mm and t',
      () => n().mm(n().t()),
      [
        [14, 32],
        [32, 77],
      ],
    ],
    [
      'row 30: dot and T',
      () => r.dot(n(), n().T),
      [
        [14, 32],
        [32, 77],
      ],
    ],
    ['row 30: maximum with 0', () => r.maximum(a(), 0), [10, 6, 0]],
    ['row 30: square and sum', () => r.square(n()).sum(), 91],
    ['row 30: sum as a function', () => r.sum(n()), 21],
    ['row 36: sum along a dim', () => n().sum(1), [6, 15]],
    [
      'row 36: matmul and pow',
      () => r.matmul(n(), n().T).pow(2),
      [
        [196, 1024],
        [1024, 5929],
      ],
    ],
    ['row 36: mean', () => r.mean(r.maximum(a(), 0)), Math.fround(16 / 3)],
    ['row M12: a reduction with a dim gives more than one element', () => n().sum(0), [5, 7, 9]],
  ]
  test.for(rows)('%s', ([, result, expected]) => expect(result().toArraySync()).toEqual(expected))

  test('row 15: (m - 5) / 2.73, and row 10: (a + b).mean().item() to the last bit', async () => {
    const expected = [
      [-1.4652, -1.0989, -0.7326],
      [-0.3663, 0, 0.3663],
      [0.7326, 1.0989, 1.4652],
    ]
    const found = values(m().sub(5).div(2.73))
    for (const [i, value] of expected.flat().entries()) expect(found[i]).toBeCloseTo(value, 4)
    const mean = a().add(b()).mean()
    expect([await mean.item(), mean.itemSync()]).toEqual([9.666666984558105, 9.666666984558105])
  })

  const ops = loadOps().filter(({ op }) => /^(pow2|mean|sum_dim0|std|std_dim0|std_dim1)$/.test(op))
  const calls: Record<string, (x: Tensor) => Tensor> = {
    pow2: (x) => x.pow(2),
    mean: (x) => x.mean(),
    sum_dim0: (x) => x.sum(0),
    std: (x) => x.std(undefined, { correction: 1 }),
    std_dim0: (x) => x.std(0),
    std_dim1: (x) => x.std(1),
  }
  test('rows 25 and 26: the six golden operators below are there', () => expect(ops).toHaveLength(6))
  test.for(ops.map((golden) => [golden.op, golden] as const))("rows 25 and 26: %s is PyTorch's", ([op, golden]) => {
    const {
      inputs: [x],
      output,
    } = golden
    const found = calls[op]!(tensor(x!.data as number[]).reshape(x!.shape))
    expect(found.shape).toEqual(output.shape)
    for (const [i, value] of values(found).entries()) expect(value).toBeCloseTo(output.data[i]!, 5)
  })
})

describe('texts', () => {
  const rows: readonly (readonly [name: string, text: () => string, expected: string])[] = [
    ['row 1: a literal tensor', () => `${a()} ${a().dtype}`, 'tensor([10.,  6., -4.]) float32'],
    ['row 11: a 0-d bool', () => String(a().lt(b()).all()), 'tensor(False)'],
    ['row 11: a 0-d float', () => String(a().add(b()).mean()), 'tensor(9.6667)'],
    [
      'row 12: scientific where the range is wide',
      () => tensor([1.2172e-8, 0, 7.1241e-9]).toString({ precision: 4 }),
      'tensor([1.2172e-08, 0.0000e+00, 7.1241e-09])',
    ],
    ['row 12: nan', () => String(tensor([NaN])), 'tensor([nan])'],
    ['row 12: 1000 elements in full', () => `${String(r.arange(1000)).split(',').length} values`, '1000 values'],
    [
      'row 12: more are summarised',
      () => String(r.arange(1001)),
      'tensor([   0.,    1.,    2.,  ...,  998.,  999., 1000.])',
    ],
    [
      'row 33: a shape in text',
      () => `x has shape ${r.formatShape(r.zeros([64, 1000]).shape)}`,
      'x has shape (64, 1000)',
    ],
  ]
  test.for(rows)('%s', ([, text, expected]) => expect(text()).toBe(expected))
})
