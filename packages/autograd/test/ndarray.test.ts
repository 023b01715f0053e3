import * as nd from '@rungs/ndarray'
import { describe, expect, test } from 'vitest'
import * as t from '../src/index.ts'
import { ones, type Tensor, tensor, zeros } from '../src/index.ts'
import { arrayCases } from './arrayCases.ts'
import { sample } from './cases.ts'

/** What arrays have and tensors have not, by the reason. */
const without: Readonly<Record<string, string>> = {
  'tensor(source), or fromArray(array)': 'array asarray',
  'a method of Tensor': 'select',
  'what operators are written with, from below':
    'scan generate reduce elementwise rowProgram rowwise scatterInto quantilePlace checkPadWidths',
  'what devices are written with':
    'AxisGroup Layout MAX_GROUP_RANK synchronousCollector typeProgram resultType BRAND refuseForeign toText format formatTime dtypeOf',
  'how memory and random numbers are looked after':
    'SMALL_BYTES Storage countWhileHeld currentScope preservingStorages setScope storagesMade observeDraws composed',
  'a picture is made of an array: toImageData(x.array)': 'toImageData',
}

test('every function of arrays is one of tensors, or there is a reason why not', () => {
  const reasons = new Map(Object.values(without).flatMap((names) => names.split(' ').map((name) => [name, true])))
  const here = new Set([...Object.keys(t), ...Object.getOwnPropertyNames(t.Tensor.prototype)])
  expect(Object.keys(nd).filter((name) => !here.has(name) && !reasons.has(name))).toEqual([])
  // A reason that no longer holds goes.
  expect([...reasons.keys()].filter((name) => !(name in nd) || name in t)).toEqual([])
})

test('every method of arrays is one of tensors', () => {
  const internal = ['view', 'surroundings', 'oneElement', 'onDevice']
  const methods = Reflect.ownKeys(nd.NDArray.prototype).filter((name) => !internal.includes(String(name)))
  expect(methods.filter((name) => !(name in t.Tensor.prototype))).toEqual([])
})

describe('functions of tensors give what those of arrays give', () => {
  test.each(arrayCases.map((each) => [each.name, each] as const))('%s', (_, { fn, ofArrays, inputs }) => {
    const [own, expected] = [[fn(...inputs)].flat(), [ofArrays(...inputs.map((x) => x.array))].flat()]
    expect(own.map(({ shape, dtype }) => [shape, dtype])).toEqual(expected.map(({ shape, dtype }) => [shape, dtype]))
    own.forEach((y, i) => {
      expect(y.toTypedArraySync()).toEqual(expected[i]!.toTypedArraySync())
    })
  })
})

describe('what counts, compares, or tells positions', () => {
  const x = tensor([
    [0, 1.5],
    [-2, Number.NEGATIVE_INFINITY],
  ])
  const flags = tensor([true, false, true])

  test.each<[string, () => Tensor, unknown]>([
    [
      'isInf',
      () => t.isInf(x),
      [
        [false, false],
        [false, true],
      ],
    ],
    [
      'signbit',
      () => t.signbit(x),
      [
        [false, false],
        [true, true],
      ],
    ],
    ['logicalAnd', () => t.logicalAnd(flags, tensor([true, true, false])), [true, false, false]],
    ['logicalOr', () => t.logicalOr(flags, false), [true, false, true]],
    ['logicalXor', () => t.logicalXor(true, flags), [false, true, false]],
    ['isclose', () => t.isclose(tensor([1, 2]), tensor([1, 2.1]), { rtol: 0.01 }), [true, false]],
    ['allclose', () => t.allclose(tensor([1, 2]), 1), false],
    ['countNonzero', () => t.countNonzero(x, 1), [1, 2]],
    ['searchsorted', () => t.searchsorted(tensor([1, 3, 5]), tensor([3, 6]), { right: true }), [2, 3]],
  ])('%s', (_, run, expected) => {
    const found = run()
    expect([found.toArraySync(), found.requiresGrad]).toEqual([expected, false])
  })

  test('nonzero, argwhere, unique, bincount and histogram', async () => {
    expect((await t.nonzero(x)).map((places) => places.toArraySync())).toEqual([
      [0, 1, 1],
      [1, 0, 1],
    ])
    expect((await t.argwhere(flags)).toArraySync()).toEqual([[0], [2]])
    const { values, indices, inverse, counts } = await t.unique(tensor([3, 1, 3]))
    expect([values, indices, inverse, counts].map((y) => y.toArraySync())).toEqual([
      [1, 3],
      [1, 0],
      [1, 0, 1],
      [1, 2],
    ])
    const [integers, weights] = [tensor([0, 2, 2], { dtype: 'int32' }), tensor([1, 2, 3])]
    expect((await t.bincount(integers)).toArraySync()).toEqual([1, 0, 2])
    expect((await t.bincount(integers, { weights })).toArraySync()).toEqual([1, 0, 5])
    const { hist, binEdges } = t.histogram(weights, 2)
    expect([hist, binEdges].map((y) => y.toArraySync())).toEqual([
      [1, 2],
      [1, 2, 3],
    ])
    expect(t.histogram(weights, tensor([0, 2.5, 4]), { weights }).hist.toArraySync()).toEqual([3, 3])
  })

  test('sharesMemory', () => {
    expect([t.sharesMemory(x, x.t()), t.sharesMemory(x, x.clone())]).toEqual([true, false])
  })
})

describe('random order and choice of tensors', () => {
  const generator = (): t.Generator => t.numpyRng(0)
  const x = sample([5, 2], 1)

  test('are those of arrays, and gradients find their way back', () => {
    const y = t.permutation(x, { generator: generator() })
    expect(y.toArraySync()).toEqual(nd.permutation(x.array, { generator: generator() }).toArraySync())
    t.gradcheck((z) => t.permutation(z!, { generator: generator() }).pow(2), [x])
    const chosen = t.choice(x, [2, 3], { generator: generator() })
    expect(chosen.toArraySync()).toEqual(nd.choice(x.array, [2, 3], { generator: generator() }).toArraySync())
    t.gradcheck((z) => t.choice(z!, [7], { generator: generator() }).pow(2), [x])
    expect(t.choice(10, [3], { generator: generator() }).toArraySync()).toEqual([5, 0, 3])
    expect(t.permutation(4, { generator: generator() }).toArraySync()).toEqual([2, 3, 1, 0])
  })

  test('shuffle_ changes in place', () => {
    const z = x.detach().clone()
    expect(t.shuffle_(z, { generator: generator() })).toBe(z)
    expect(z.toArraySync()).toEqual(nd.permutation(x.array, { generator: generator() }).toArraySync())
  })

  test('gamma draws what arrays draw', () => {
    const each = tensor([1, 2, 3])
    const options = { generator: t.torchRng(0) }
    expect(t.gamma([3], each, 2, options).toArraySync()).toEqual(
      nd.gamma([3], each.array, 2, { generator: t.torchRng(0) }).toArraySync(),
    )
    expect(t.gamma([2], 1.5, 1, { requiresGrad: true }).requiresGrad).toBe(true)
  })
})

describe('gradients where a function bends or ends, as PyTorch has them', () => {
  const at = (values: number[], fn: (x: Tensor) => Tensor): number[] => {
    const x = tensor(values, { dtype: 'float64', requiresGrad: true })
    fn(x).sum().backward()
    return [...x.grad!.toTypedArraySync()]
  }
  test.each<[string, number[], (x: Tensor) => Tensor, number[]]>([
    ['clip at its bounds', [-1, 0, 1], (x) => t.clip(x, tensor(-1), tensor(1)), [1, 1, 1]],
    ['clip by bounds that cross', [-1, 5], (x) => t.clip(x, tensor(2), tensor(1)), [0, 0]],
    ['nanToNum', [Number.NaN, Number.POSITIVE_INFINITY, 2], (x) => t.nanToNum(x), [0, 0, 1]],
    ['copysign at 0', [0, -3], (x) => t.copysign(x, -1), [0, 1]],
    ['asin at its ends', [1, 0], (x) => t.asin(x), [Number.POSITIVE_INFINITY, 1]],
    ['hypot at the origin', [0], (x) => t.hypot(x, 0), [Number.NaN]],
    ['cosh near 0', [1e-9], (x) => t.cosh(x), [1e-9]],
  ])('%s', (_, values, fn, expected) => {
    expect(at(values, fn)).toEqual(expected)
  })
})

test.each<[string, () => unknown, new (message: string) => Error, string]>([
  ['take', () => t.take(ones([2]), 0.5), nd.IndexError, 'take: positions are integers, got 0.5'],
  [
    'takeAlongDim',
    () => t.takeAlongDim(ones([2, 2]), zeros([2], { dtype: 'int32' }), 1),
    nd.ShapeError,
    'same number of d',
  ],
  ['put', () => t.put(ones([2]), 0, 1, { acc: true } as object), nd.RungsError, "unexpected keyword argument 'acc'"],
  [
    'maskedScatter',
    () => t.maskedScatter(ones([3]), tensor([true, true, true]), ones([2])),
    nd.IndexError,
    'source < number',
  ],
  ['hstack', () => t.hstack(5 as unknown as Tensor[]), t.AutogradError, 'hstack: expected a list of tensors, got 5'],
  [
    'vstack',
    () => t.vstack([ones([2]), 5 as unknown as Tensor]),
    t.AutogradError,
    'vstack: expected a Tensor in place 1',
  ],
  ['diff', () => t.diff(ones([2]), { order: 2 } as object), nd.RungsError, "unexpected keyword argument 'order'"],
  ['quantile', () => t.quantile(ones([2]), 2), nd.RungsError, 'q values must be in the range [0, 1], got 2'],
  ['cross', () => t.cross(ones([2]), ones([2])), nd.ShapeError, 'must have length 3'],
  ['permutation', () => t.permutation(tensor(1)), nd.ShapeError, 'a 0-d tensor has no rows'],
])('%s refuses what arrays refuse', (_, run, type, text) => {
  expect(run).toThrow(type)
  expect(run).toThrow(text)
})
