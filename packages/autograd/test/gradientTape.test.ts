import { expectCurve, loadTraining } from '@rungs/testing'
import { describe, expect, test } from 'vitest'
import {
  AutogradError,
  type GradientTape,
  gradientTape,
  isGradEnabled,
  manualSeed,
  noGrad,
  numpyRng,
  ones,
  rand,
  randn,
  ShapeError,
  type Tensor,
  tensor,
  type Variable,
  variable,
} from '../src/index.ts'

const numbers = (x: Tensor | null): number[] | null => x && [...x.toTypedArraySync()]

describe('gradientTape', () => {
  test('gives gradients of variables, inside and afterwards, in the structure of the sources', () => {
    const [w, b] = [variable([1, 2]), variable(3)]
    const inside = gradientTape((tape) => tape.gradient(w.mul(b).sum(), [w, b]))
    expect(inside.map(numbers)).toEqual([[3, 3], [3]])
    let tape: GradientTape | undefined
    const loss = gradientTape((t) => {
      tape = t
      return w.square().sum().add(b.mul(2))
    })
    const { weights, bias } = tape!.gradient(loss, { weights: [w], bias: b })
    expect([numbers(weights[0]), numbers(bias), w.grad]).toEqual([[2, 4], [2], null])
    expect(numbers(gradientTape((t) => t.gradient(w.pow(3).sum(), w)))).toEqual([3, 12])
  })

  test('records to the end of a block, in noGrad too', () => {
    const w = variable([1, 2])
    noGrad(() => {
      using tape = gradientTape()
      expect(isGradEnabled()).toBe(true)
      expect(numbers(tape.gradient(w.sum(), w))).toEqual([1, 1])
    })
    noGrad(() => {
      const tape = gradientTape()
      tape[Symbol.dispose]()
      tape[Symbol.dispose]()
      expect(isGradEnabled()).toBe(false)
    })
  })

  test('knows variables and what it watches, and nothing else', () => {
    const [x, leaf, constant] = [tensor([1, 2]), tensor([3, 4], { requiresGrad: true }), ones([2])]
    const frozen = variable([5, 6], { trainable: false })
    const tape = gradientTape({ persistent: true })
    tape.watch(x)
    const middle = x.mul(leaf)
    const y = middle.add(frozen).add(constant).sum()
    expect([x, leaf, frozen, constant, middle].map((source) => numbers(tape.gradient(y, source)))).toEqual([
      [3, 4],
      null,
      null,
      null,
      [1, 1],
    ])
    tape.watch([leaf, frozen])
    expect(numbers(tape.gradient(y, leaf))).toEqual([1, 2])
    tape[Symbol.dispose]()
    expect([x.requiresGrad, leaf.requiresGrad, frozen.requiresGrad, isGradEnabled()]).toEqual([
      false,
      true,
      false,
      true,
    ])
    expect(numbers(tape.gradient(y, x))).toEqual([3, 4])
  })

  test('watches no variable by itself where it is told so', () => {
    const [w, v] = [variable(2), variable(3)]
    using tape = gradientTape({ watchAccessedVariables: false })
    tape.watch(w)
    expect(tape.gradient(w.mul(v), [w, v]).map(numbers)).toEqual([[3], null])
  })

  test('gives null, or zeros, for what is not connected', () => {
    const [w, v] = [variable([1, 2]), variable([3, 4])]
    gradientTape(
      (tape) => {
        const y = w.sum()
        expect(tape.gradient(y, [v, w]).map(numbers)).toEqual([null, [1, 1]])
        expect(numbers(tape.gradient(y, v, { unconnectedGradients: 'zero' }))).toEqual([0, 0])
        expect(tape.gradient(ones([1]), v)).toBe(null)
        expect(tape.gradient(y, { nothing: [] })).toEqual({ nothing: [] })
      },
      { persistent: true },
    )
  })

  test('sums several targets and the elements of each, weighted by output gradients', () => {
    const w = variable([1, 2])
    using tape = gradientTape({ persistent: true })
    const [y, z] = [w.square(), w.mul(3)]
    expect(numbers(tape.gradient([y, z], w))).toEqual([5, 7])
    expect(numbers(tape.gradient(y, w, { outputGradients: tensor([10, 1]) }))).toEqual([20, 4])
  })

  test('is used up by one call, unless it is persistent', () => {
    const w = variable(2)
    gradientTape((tape) => {
      const y = w.square()
      tape.gradient(y, w)
      const again = (): unknown => tape.gradient(y, w)
      expect(again).toThrow(AutogradError)
      expect(again).toThrow(
        'A non-persistent GradientTape can only be used to compute one set of gradients (or jacobians)',
      )
    })
  })

  test('inside another tape has gradients of its gradients', () => {
    const x = variable(3)
    const second = gradientTape((outer) => {
      const first = gradientTape((inner) => inner.gradient(x.pow(3), x))
      return outer.gradient(first!, x)
    })
    expect(numbers(second)).toEqual([18])
    const persistent = gradientTape(
      (tape) => {
        const first = tape.gradient(x.pow(3), x)
        return tape.gradient(first!, x)
      },
      { persistent: true },
    )
    expect(numbers(persistent)).toEqual([18])
    // Alone, a tape records no gradients.
    expect(gradientTape((tape) => tape.gradient(x.pow(3), x))!.requiresGrad).toBe(false)
  })

  test('lets go of a tensor when no other tape watches it', () => {
    const x = tensor(1)
    const [a, b] = [gradientTape(), gradientTape()]
    a.watch(x)
    b.watch(x)
    a[Symbol.dispose]()
    expect(x.requiresGrad).toBe(true)
    b[Symbol.dispose]()
    expect(x.requiresGrad).toBe(false)
  })

  test.each<[string, () => unknown, string]>([
    [
      'integers',
      () => gradientTape((t) => t.watch(tensor([1], { dtype: 'int32' }))),
      'only Tensors of floating point dtype',
    ],
    [
      'no tensor',
      () => gradientTape((t) => t.watch([5] as unknown as Tensor)),
      'watch: expected a Tensor in place 0, got 5',
    ],
    [
      'no target',
      () => gradientTape((t) => t.gradient(5 as unknown as Tensor, variable(1))),
      'expected a list of tensors',
    ],
    ['a promise', () => gradientTape(async () => 1), 'gradientTape: the function must be synchronous'],
    [
      'output gradients of another shape',
      () => gradientTape((t) => t.gradient(variable([1, 2]), [variable(1)], { outputGradients: ones([3]) })),
      'Mismatch in shape: grad_output[0] has a shape of (3,)',
    ],
    [
      'another word for what is unconnected',
      () => gradientTape((t) => t.gradient(ones([1]), variable(1), { unconnectedGradients: 'null' as 'none' })),
      "Unknown value for unconnected_gradients: 'null'",
    ],
    [
      'unknown options',
      () => gradientTape(() => 1, { persist: true } as object),
      "an unexpected keyword argument 'persist'",
    ],
  ])('refuses %s', (_, run, text) => {
    noGrad(() => {
      expect(run).toThrow(text)
      expect(isGradEnabled()).toBe(false)
    })
  })
})

describe('variable', () => {
  test('copies its values, and changes in place', () => {
    const source = tensor([1, 2], { requiresGrad: true })
    const w = variable(source)
    const { storage } = w
    expect(w.assign([3, 4])).toBe(w)
    w.assignAdd(tensor([1, 1])).assignSub([0.5, 0])
    expect([numbers(w), w.storage === storage, numbers(source)]).toEqual([[3.5, 5], true, [1, 2]])
    expect([w.requiresGrad, w.isLeaf, w.trainable, w.toString()]).toEqual([
      true,
      true,
      true,
      'tensor([3.5000, 5.0000], requires_grad=True)',
    ])
  })

  test('takes a dtype; integers are not trainable', () => {
    expect(variable([1, 2], { dtype: 'float64' }).dtype).toBe('float64')
    const count = variable(0, { dtype: 'int32' })
    expect([count.assignAdd(1).itemSync(), count.trainable, variable(1, { trainable: false }).trainable]).toEqual([
      1,
      false,
      false,
    ])
  })

  test.each<[string, (w: Variable) => unknown]>([
    ['assign', (w) => w.assign(1)],
    ['assignAdd', (w) => w.assignAdd([1])],
    ['assignSub', (w) => w.assignSub(ones([2, 2]))],
  ])('%s refuses another shape', (name, run) => {
    expect(() => run(variable([1, 2]))).toThrow(ShapeError)
    expect(() => run(variable([1, 2]))).toThrow(
      'Cannot assign value to variable: Shape mismatch. The variable shape (2,), and the assigned value shape',
    )
    expect(() => run(variable([1, 2]))).toThrow(`(${name})`)
  })

  test('changed after an operation has saved its values: backward says so', () => {
    const w = variable([1, 2])
    gradientTape((tape) => {
      const y = w.square().sum()
      w.assign([0, 0])
      expect(() => tape.gradient(y, w)).toThrow('modified by an inplace operation')
    })
  })
})

test('row 102: fifty steps of the two-layer network, as TensorFlow writes them, have the losses of PyTorch', () => {
  const generator = numpyRng(0)
  const [x, y] = [randn([64, 1000], { generator }), randn([64, 1000], { generator })]
  manualSeed(0)
  const [w1, w2] = [variable(rand([1000, 100])), variable(rand([100, 1000]))]
  const losses: number[] = []
  for (let step = 0; step < 50; step++) {
    const [loss, gradients] = gradientTape((tape) => {
      const difference = x.mm(w1).clampMin(0).mm(w2).sub(y)
      const loss = difference.square().sum(1).mean()
      return [loss, tape.gradient(loss, [w1, w2])] as const
    })
    losses.push(loss.itemSync())
    for (const [i, w] of [w1, w2].entries()) w.assignSub(gradients[i]!.mul(1e-6))
  }
  expectCurve(losses, loadTraining().seed003_tf_gradienttape_restated, 'float32')
})
