import { fromTypedArray, randn, type Tensor, tensor } from '@rungs/autograd'
import { expectClose, loadOptimizers } from '@rungs/testing'
import { describe, expect, test } from 'vitest'
import { clipGradNorm_, clipGradValue_ } from '../src/index.ts'
import { leaf, thrown, values } from './support.ts'

const golden = loadOptimizers()

/** Parameters with the first gradients of the golden file. */
const parameters = (): Tensor[] =>
  golden.shapes.map((shape, i) => {
    const param = fromTypedArray(Float64Array.from(golden.start[i]!), shape, { requiresGrad: true })
    param.grad = fromTypedArray(Float64Array.from(golden.gradients[0]![i]!), shape)
    return param
  })

test.for(golden.clipping)('the norm of order $normType, clipped to $maxNorm', async (row) => {
  const { maxNorm, normType, total, clipped } = row
  for (const errorIfNonfinite of [false, true] as const) {
    const params = parameters()
    const options = { normType, errorIfNonfinite } as const
    const found = await (options.errorIfNonfinite
      ? clipGradNorm_(params, maxNorm, { normType, errorIfNonfinite: true })
      : clipGradNorm_(params, maxNorm, { normType }))
    expect(found.shape).toEqual([])
    expectClose([found.itemSync()], [total], { relative: 1e-12 }, 'norm')
    const gradients = params.flatMap((param) => values(param.grad!))
    expectClose(gradients, clipped, { relative: 1e-12 }, 'gradients')
  }
})

describe('clipping takes what PyTorch takes', () => {
  test('one tensor, parameters without gradients, none at all', () => {
    const [a, b] = [leaf(), leaf()]
    a.grad = tensor([3, 4])
    expect(clipGradNorm_(a, 1).itemSync()).toBe(5)
    expectClose(values(a.grad), [0.6, 0.8], { relative: 1e-6 })
    expect(clipGradNorm_([a, b], 10).itemSync()).toBeCloseTo(1, 5)
    expect(b.grad).toBeNull()
    expect(clipGradNorm_([b], 1).itemSync()).toBe(0)
    expect(clipGradNorm_([], 1).itemSync()).toBe(0)
  })

  test('gradients that are views', () => {
    const param = leaf([2, 3])
    const gradient = randn([3, 2])
    param.grad = gradient.t()
    const norm = Math.hypot(...values(gradient))
    expect(clipGradNorm_(param, norm / 2).itemSync()).toBeCloseTo(norm, 5)
    expect(Math.hypot(...values(param.grad))).toBeCloseTo(norm / 2, 5)
  })

  test('clipGradValue_ bounds every element', () => {
    const param = leaf([4])
    param.grad = tensor([-3, 0.5, Number.NaN, Number.POSITIVE_INFINITY])
    clipGradValue_(param, 2)
    expect(values(param.grad)).toEqual([-2, 0.5, Number.NaN, 2])
  })
})

test('a norm that is not finite is refused before anything is scaled, if one asks', async () => {
  const param = leaf()
  param.grad = tensor([Number.POSITIVE_INFINITY, 1])
  await expect(clipGradNorm_(param, 1, { errorIfNonfinite: true })).rejects.toThrow(
    /^The total norm of order 2 for gradients from `parameters` is non-finite, so it cannot be clipped/,
  )
  expect(values(param.grad)).toEqual([Number.POSITIVE_INFINITY, 1])
  expect(clipGradNorm_(param, 1).itemSync()).toBe(Number.POSITIVE_INFINITY)
  expect(values(param.grad)).toEqual([Number.NaN, 0])
})

describe('bad input', () => {
  const rows: readonly (readonly [call: () => unknown, message: RegExp])[] = [
    [() => clipGradNorm_(leaf(), -1), /^maxNorm must be a number of at least 0, got -1/],
    [() => clipGradNorm_(leaf(), Number.NaN), /^maxNorm must be/],
    [() => clipGradNorm_(leaf(), 1, { normType: 0 }), /^clipGradNorm_: normType must be a number other than 0/],
    [
      () => clipGradNorm_(leaf(), 1, { norm: 1 } as object),
      /^clipGradNorm_\(\) got an unexpected keyword argument 'norm'/,
    ],
    [() => clipGradNorm_([1 as unknown as Tensor], 1), /^clipGradNorm_: parameter 0 is not a Tensor: 1/],
    [() => clipGradValue_(leaf(), -2), /^clipValue must be a number of at least 0, got -2/],
  ]
  test.for(rows)('%s', ([call, message]) => {
    const error = thrown(call)
    expect(error.name).toBe('RungsError')
    expect(error.message).toMatch(message)
  })
})
