import { describe, expect, test } from 'vitest'
import {
  AutogradError,
  cat,
  expr,
  formulas,
  full,
  gradcheck,
  gradgradcheck,
  mul,
  noGrad,
  ones,
  program,
  type Tensor,
  tensor,
  updateInPlace,
  where,
  zeros,
} from '../src/index.ts'
import { sample } from './cases.ts'

const leaf = (...values: number[]): Tensor => tensor(values, { requiresGrad: true })
const values = (x: Tensor | null): number[] => [...x!.toTypedArraySync()]
const mask = tensor([
  [true, false, true],
  [false, true, false],
])
const positions = tensor([2, 0], { dtype: 'int32' })

describe('a change in place of a tracked result has the gradient of the operation that is not', () => {
  type Change = (y: Tensor, z: Tensor) => unknown
  test.each<[string, Change]>([
    ['add_', (y, z) => y.add_(z)],
    ['add_ of a number', (y) => y.add_(2)],
    ['add_ with alpha', (y, z) => y.add_(z, { alpha: 0.3 })],
    ['sub_ of a row', (y, z) => y.sub_(z.select(0, 1))],
    ['sub_ with alpha', (y, z) => y.sub_(z, { alpha: 0.3 })],
    ['mul_', (y, z) => y.mul_(z)],
    ['mul_ by itself', (y) => y.mul_(y)],
    ['div_', (y, z) => y.div_(z.add(5))],
    ['pow_ 3', (y) => y.pow_(3)],
    ['pow_ of a tensor', (y, z) => y.clamp_({ min: 0.1 }).pow_(z.mul(0.1))],
    ['copy_', (y, z) => y.copy_(z)],
    ['copy_ of a row', (y, z) => y.copy_(z.at(0))],
    ['fill_', (y) => y.fill_(3)],
    ['fill_ by a tensor', (y, z) => y.fill_(z.at(1, 1))],
    ['zero_', (y) => y.zero_()],
    ['clamp_', (y) => y.clamp_({ min: -0.5, max: 0.7 })],
    ['maskedFill_', (y) => y.maskedFill_(mask, 4)],
    ['set of a part', (y, z) => y.set([':', '1:'], z.slice(1, 0, 2))],
    ['set of a number', (y) => y.set([0, 1], 5)],
    ['set of a row by a 0-d tensor', (y, z) => y.set(1, z.at(0, 0))],
    ['set by an integer tensor', (y, z) => y.set([':', positions], z.slice(1, 0, 2))],
    ['set by two integer tensors', (y, z) => y.set([tensor([1, 0, 1], { dtype: 'int32' }), positions.at(0)], z.at(0))],
    ['set by a mask', (y, z) => y.set(mask, z.at(0, 0))],
    ['set by a mask over one dim', (y, z) => y.set([':', tensor([true, false, true])], z.slice(1, 1, 2))],
    ['set by a mask to values one after another', (y, z) => y.set(mask, z.at(0))],
    ['set by a mask to one value', (y, z) => y.set(mask, z.at(0, '0:1'))],
    ['set by a mask to rows', (y, z) => y.set(tensor([true, true]), z.flip(0))],
    ['set by a mask to columns', (y, z) => y.set([':', tensor([true, false, true])], z.at(':', '1:'))],
    ['set to a value with dims of size 1 in front', (y, z) => y.set(0, z.at('1:'))],
    ['several in a row', (y, z) => y.add_(z).mul_(y).sub_(1).mul_(z)],
  ])('%s', (_, change) => {
    // The value before is used before and after, by operations that read it and by ones that do not.
    const fn = (x: Tensor, z: Tensor): Tensor => {
      const y = x.mul(2)
      const before = y.add(1).sum()
      change(y, z)
      return y.exp().mul(0.1).add(before)
    }
    gradcheck(fn as (...inputs: Tensor[]) => Tensor, [sample([2, 3], 1), sample([2, 3], 2)], { atol: 1e-6, rtol: 1e-5 })
  })

  test('and the history says so', () => {
    const x = leaf(1, 2)
    const y = x.mul(2)
    const { storage } = y
    y.sub_(1)
    expect([y.gradFn!.name, y.gradFn!.nextFunctions[0]!.name, y.version]).toEqual(['SubBackward0', 'MulBackward0', 1])
    expect(y.storage).toBe(storage)
  })

  test('writing a tracked value into an untracked tensor tracks it', () => {
    const w = leaf(2, 3)
    const buffer = zeros([2, 2])
    buffer.set(0, w)
    expect([buffer.requiresGrad, buffer.isLeaf]).toEqual([true, false])
    buffer.mul(5).sum().backward()
    expect(values(w.grad)).toEqual([5, 5])
  })
})

describe('leaves', () => {
  test.each<[string, (w: Tensor) => unknown]>([
    ['add_', (w) => w.add_(1)],
    ['zero_', (w) => w.zero_()],
    ['set', (w) => w.set(0, 1)],
    ['copy_', (w) => w.copy_(ones([2]))],
  ])('%s outside noGrad throws and changes nothing; inside it works', (name, change) => {
    const w = leaf(7, 7)
    expect(() => change(w)).toThrow('a leaf Variable that requires grad is being used in an in-place operation.')
    expect(() => change(w)).toThrow(name === 'zero_' ? 'fill_' : name)
    expect([values(w), w.version]).toEqual([[7, 7], 0])
    noGrad(() => change(w))
    expect([w.version, w.isLeaf, w.requiresGrad]).toEqual([1, true, true])
  })

  test('a view that was made a leaf is one', () => {
    const w = zeros([2, 2]).at(0).requiresGrad_()
    expect(() => w.add_(1)).toThrow('a leaf Variable that requires grad is being used in an in-place operation.')
    noGrad(() => w.add_(1))
    expect(values(w)).toEqual([1, 1])
  })

  test('a view of a leaf is no way around', () => {
    const w = leaf(7, 7)
    expect(() => w.at('0:1').add_(1)).toThrow(
      'a view of a leaf Variable that requires grad is being used in an in-place operation.',
    )
    const quiet = noGrad(() => w.at('0:1'))
    expect(() => quiet.add_(1)).toThrow(AutogradError)
    noGrad(() => quiet.add_(1))
    expect(values(w)).toEqual([8, 7])
  })
})

describe('views and their base', () => {
  test('a view of a tracked result is not changed in place', () => {
    const y = leaf(1, 2).mul(2)
    const row = y.slice(0, 0, 1)
    expect(() => row.mul_(3)).toThrow('mul_: this would change a view of a tensor that is tracked')
    expect(() => row.mul_(3)).toThrow('base.set(index, value)')
    expect([values(y), y.version]).toEqual([[2, 4], 0])
  })

  test('a tracked value is not written through a view of an untracked tensor', () => {
    const buffer = zeros([2, 2])
    expect(() => buffer.at(0).copy_(leaf(1, 2))).toThrow('copy_: this would change a view, by a value that is tracked')
    expect(buffer.toArraySync()).toEqual([
      [0, 0],
      [0, 0],
    ])
  })

  test('a view taken before its base changed is not used again', () => {
    const y = leaf(1, 2).mul(2)
    const row = y.slice(0, 0, 1)
    const used = row.mul(10)
    y.mul_(3)
    expect(() => row.mul(10)).toThrow('a view of a tensor that was changed in place after the view was taken')
    expect(() => row.backward()).toThrow(AutogradError)
    expect(() => row.reshape([1, 1])).toThrow(AutogradError)
    expect(values(y.slice(0, 0, 1).mul(10))).toEqual([60])
    expect(values(used)).toEqual([20])
  })

  test('nor an untracked view of a tensor that has become tracked', () => {
    const buffer = zeros([2])
    const row = buffer.slice(0, 0, 1)
    buffer.copy_(leaf(1, 2))
    expect(() => row.mul(2)).toThrow('take the view again')
    expect(() => row.add_(1)).toThrow(AutogradError)
  })

  test('untracked views may be changed and used as one likes', () => {
    const buffer = zeros([3])
    const [head, tail] = [buffer.slice(0, 0, 1), buffer.slice(0, 1)]
    head.add_(1)
    tail.copy_(head.expand([2]).mul(5))
    buffer.add_(1)
    expect([values(head), values(tail)]).toEqual([[2], [6, 6]])
  })

  test('a leaf changed in noGrad leaves its views usable: its history is the same', () => {
    const w = leaf(1, 2)
    const view = w.reshape([2, 1])
    noGrad(() => w.add_(1))
    view.mul(3).sum().backward()
    expect([values(view), values(w.grad)]).toEqual([
      [2, 3],
      [3, 3],
    ])
  })
})

describe('saved values', () => {
  /** Something is computed, something changed in place, and then backward is run. */
  test.each<[string, boolean, (x: Tensor) => [loss: Tensor, changed: Tensor]]>([
    ['exp reads its result', true, (x) => [x.exp().sum(), x.exp()]],
    ['sin reads its input', true, (x) => ((y) => [y.sin().sum(), y])(x.mul(1))],
    ['add reads nothing', false, (x) => ((y) => [y.add(y).sum(), y])(x.mul(1))],
    ['mul by a number reads no tensor', false, (x) => ((y) => [y.mul(2).sum(), y])(x.mul(1))],
    ['mul by a constant reads the constant', true, (x) => ((c) => [x.mul(c).sum(), c])(ones([2]))],
    [
      'mul by a constant does not read the tracked side',
      false,
      (x) => ((y) => [y.mul(full([2], 3)).sum(), y])(x.mul(1)),
    ],
    ['a view of what is read counts', true, (x) => ((y) => [y.sin().sum(), y.detach().reshape([2, 1])])(x.mul(1))],
    ['gather reads its index', true, (x) => ((i) => [x.gather(0, i).sum(), i])(tensor([0, 1], { dtype: 'int32' }))],
    ['mm reads the other matrix', true, (x) => ((c) => [x.reshape([1, 2]).mm(c).sum(), c])(ones([2, 2]))],
    ['where reads its condition only', false, (x) => ((y) => [where(y.gt(0), y, 0).sum(), y])(x.mul(1))],
  ])('%s: a change before backward throws is %s', (name, throws, build) => {
    const x = leaf(0.5, -1)
    const [loss, changed] = build(x)
    if (name.startsWith('exp')) {
      const e = x.exp()
      const sum = e.sum()
      e.mul_(2)
      expect(() => sum.backward()).toThrow(
        'which is output 0 of ExpBackward0, is at version 1; expected version 0 instead',
      )
      return
    }
    noGrad(() => changed.zero_())
    if (throws) expect(() => loss.backward()).toThrow('has been modified by an inplace operation: [torch.')
    else expect(() => loss.backward()).not.toThrow()
  })

  test('what replaces the data of a leaf is noticed too', () => {
    const w = leaf(1, 2)
    const loss = w.mul(w).sum()
    w.data = ones([2])
    expect(() => loss.backward()).toThrow('modified by an inplace operation')
  })
})

describe('a call in place that fails changes nothing', () => {
  test.each<[string, (y: Tensor) => unknown, string]>([
    ['a larger shape', (y) => y.add_(leaf(1).expand([3, 2])), "doesn't match the broadcast shape"],
    ['shapes that do not fit', (y) => y.mul_(leaf(1, 2, 3)), 'must match the size of tensor b (3)'],
    ['a part that does not exist', (y) => y.set(5, leaf(1)), 'out of bounds'],
    ['a tensor without memory of its own', (y) => y.sum().expand([2]).add_(1), 'this would change a view'],
  ])('%s', (_, change, text) => {
    const x = leaf(1, 2)
    const y = x.mul(2)
    const { gradFn } = y
    expect(() => change(y)).toThrow(text)
    expect([values(y), y.version, y.gradFn]).toEqual([[2, 4], 0, gradFn])
    y.sum().backward()
    expect(values(x.grad)).toEqual([2, 2])
  })

  test('an integer tensor takes no fraction, tracked or not', () => {
    const counts = tensor([1, 2], { dtype: 'int32' })
    expect(() => counts.add_(leaf(0.5, 0.5))).toThrow("can't be cast to the desired output type int32")
    expect([values(counts), counts.requiresGrad]).toEqual([[1, 2], false])
  })
})

test('updateInPlace changes leaves by one program, unrecorded, and counts versions', () => {
  const [w, velocity, g] = [leaf(1, 2), zeros([2]), tensor([10, 20])]
  const { add, mul: times, sub } = formulas
  const [p, v, grad] = [expr.input(0), expr.input(1), expr.input(2)]
  const next = add(times(v, expr.scalar(0)), grad)
  const momentum = program(sub(p, times(next, expr.scalar(1))), next)
  updateInPlace('sgd', momentum, [w, velocity], [w, velocity, g], [0.5, 0.25])
  expect([values(w), values(velocity), w.version, w.isLeaf]).toEqual([[-1.5, -3], [10, 20], 1, true])
})

test('results of tracked operations on a changed tensor go on from there', () => {
  const x = leaf(1, 2)
  const parts = [x.mul(1), x.mul(2)]
  parts[0]!.add_(parts[1]!)
  mul(cat(parts), 2).sum().backward()
  expect(values(x.grad)).toEqual([10, 10])
})

describe('set by a mask or by positions', () => {
  test.each<[string, Tensor]>([
    ['mask', tensor([true, true])],
    ['positions', tensor([0, 1], { dtype: 'int32' })],
  ])('notices where they have changed before backward: %s', (_, index) => {
    const v = leaf(1, 2)
    const loss = zeros([2]).set([index], v).sum()
    index.zero_()
    expect(() => loss.backward()).toThrow('modified by an inplace operation')
  })

  test('gives a gradient to the last of equal positions alone, whose value stands there', () => {
    const v = tensor(
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
      { dtype: 'float64', requiresGrad: true },
    )
    const positions = tensor([2, 0, 2], { dtype: 'int32' })
    const set = (value: Tensor): Tensor => value.mul(0).expand([2, 2, 3]).clone().set(['...', positions], value)
    expect(set(v).at(0).toArraySync()).toEqual([
      [2, 0, 3],
      [5, 0, 6],
    ])
    set(v).sum().backward()
    expect(v.grad!.toArraySync()).toEqual([
      [0, 2, 2],
      [0, 2, 2],
    ])
    v.grad = null
    expect(gradcheck(set, [v])).toBe(true)
    expect(gradgradcheck(set, [v])).toBe(true)
  })
})
