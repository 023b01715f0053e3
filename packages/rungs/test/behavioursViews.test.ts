// Each name begins with the number of a behaviour that the project promises: texts of errors and shapes of views.
import { describe, expect, test } from 'vitest'
import * as r from '../src/index.ts'
import { shapeOf, type Tensor, thrown } from './support.ts'

const { tensor } = r
const c = (): Tensor => tensor([10, 20, 30])
const m = (): Tensor => r.arange(1, 10).reshape([3, 3])
const n = (): Tensor => r.arange(1, 7).reshape([2, 3])
const column = (): Tensor => tensor([[1], [2], [3]])

describe('errors', () => {
  const untyped = <T>(value: unknown): T => value as T
  const rows: readonly (readonly [name: string, call: () => unknown, type: typeof r.RungsError, text: string])[] = [
    [
      'row 7: a device by name',
      () => r.ones([1], { device: untyped('cuda:0') }),
      r.DeviceError,
      "unknown device 'cuda:0'",
    ],
    [
      'row 13: sizes that differ in dim 0',
      () => m().mul(n()),
      r.ShapeError,
      'The size of tensor a (3) must match the size of tensor b (2) at non-singleton dimension 0',
    ],
    [
      'row 14: sizes that differ in dim 1',
      () => tensor([10, 20]).add(n()),
      r.ShapeError,
      'The size of tensor a (2) must match the size of tensor b (3) at non-singleton dimension 1',
    ],
    [
      'row 19: -1 for a new dim',
      () => c().expand([-1, 3]),
      r.ShapeError,
      "The expanded size of the tensor (-1) isn't allowed in a leading, non-existing dimension 0",
    ],
    [
      'row 19: writing to an expanded tensor',
      () => c().expandAs(m()).add_(1),
      r.ShapeError,
      'unsupported operation: more than one element of the written-to tensor refers to a single memory location',
    ],
    ['row 29: mm', () => n().mm(n()), r.ShapeError, 'mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)'],
    [
      'row M7: a shape by keyword',
      () => r.ones(untyped({ size: [2, 3] })),
      r.ShapeError,
      "ones() got an unexpected keyword argument 'size'",
    ],
  ]
  test.for(rows)('%s', ([, call, type, text]) => {
    const error = thrown(call)
    expect(error).toBeInstanceOf(type)
    expect(error.message.slice(0, text.length)).toBe(text)
  })

  test('row 7: devices are values, and an unknown one is answered with those there are', () => {
    expect([r.cpu.name, r.ones([1], { device: r.cpu }).device]).toEqual(['cpu', r.cpu])
    expect(thrown(() => r.ones([1], { device: untyped('cuda:0') })).message).toMatch(
      /a value, not a name; .*cpu.*await createWebGpuDevice\(\)/,
    )
  })
})

describe('shapes of views', () => {
  const rows: readonly (readonly [name: string, view: () => Tensor, shape: string])[] = [
    ['row 2: zeros', () => r.zeros([5, 3]), '(5, 3)'],
    ['row 18: (3, 1) expanded to (3, 4)', () => column().expand([3, 4]), '(3, 4) over (1, 0) of 3'],
    ['row 18: -1 keeps a size', () => column().expand([-1, 4]), '(3, 4) over (1, 0) of 3'],
    ['row 18: new dims go in front', () => c().expandAs(m()), '(3, 3) over (0, 1) of 3'],
    ['row 18: a column', () => c().unsqueeze(1).expandAs(m()), '(3, 3) over (1, 0) of 3'],
    ['row 21: c[None, :]', () => c().at(null, ':'), '(1, 3)'],
    ['row 21: c[:, None]', () => c().at(':', null), '(3, 1)'],
    ['row 21: c[None]', () => c().at(null), '(1, 3)'],
    ['row 21: c[..., None]', () => c().at('...', null), '(3, 1)'],
    ['row 22: unsqueeze(-1)', () => c().unsqueeze(-1), '(3, 1)'],
    ['row 22: unsqueeze(0)', () => c().unsqueeze(0), '(1, 3)'],
    ['row 22: squeeze()', () => r.zeros([1, 3, 1]).squeeze(), '(3,)'],
    ['row 22: squeeze(-1) of a dim that is not 1', () => n().squeeze(-1), '(2, 3)'],
    ['row M13: squeeze() drops a batch of 1', () => r.zeros([1, 1]).squeeze(), '()'],
  ]
  test.for(rows)('%s', ([, view, shape]) => expect(shapeOf(view(), shape.includes('over'))).toBe(shape))
})
