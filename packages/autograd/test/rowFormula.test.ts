import { expr, formulas as f } from '@rungs/ndarray'
import { expectClose } from '@rungs/testing'
import { describe, expect, test } from 'vitest'
import { gradcheck, gradgradcheck, noGrad, type Tensor } from '../src/index.ts'
import { a, b } from '../src/ops/formula.ts'
import { RowFormula } from '../src/ops/rowFormula.ts'
import { sample } from './cases.ts'

const weight = expr.input(2)
const [s0, s1] = [expr.scalar(0), expr.scalar(1)]
const formula = new RowFormula('Example', 3, (row) => {
  const shifted = row.keep(f.mul(f.sub(a, row.max(a)), weight))
  const total = row.sum(f.exp(f.mul(shifted, s0)))
  return [f.div(f.mul(shifted, b), f.add(total, s1)), total]
})
const repeated = new RowFormula('Repeated', 2, (row) => [row.sum(f.mul(row.max(a), b)), f.mul(row.keep(f.exp(b)), s0)])
const applyRepeated = (x?: Tensor, w?: Tensor): Tensor[] => repeated.apply([x!, w!], 1, [0.5])
const apply = (x?: Tensor, y?: Tensor, w?: Tensor): Tensor[] => formula.apply([x!, y!, w!], 1, [0.5, 2])

describe('a formula over rows', () => {
  const inputs = [sample([4, 3], 1).t(), sample([3, 4], 2), sample([4], 3)]

  test('has the gradients of its steps, and they theirs', () => {
    gradcheck(apply, inputs, { atol: 1e-7, rtol: 1e-5 })
    gradgradcheck(apply, inputs, { atol: 1e-6, rtol: 1e-5 })
  })

  test('gives the same recorded and at once', () => {
    const recorded = apply(...inputs)
    const computed = noGrad(() => apply(...inputs))
    expect(recorded.map(({ requiresGrad }) => requiresGrad)).toEqual([true, true])
    expect(computed.map(({ requiresGrad }) => requiresGrad)).toEqual([false, false])
    recorded.forEach((x, i) => {
      expect(computed[i]!.shape).toEqual(x.shape)
      // The same steps; a device may take them at once, and round otherwise.
      expectClose(computed[i]!.toTypedArraySync(), x.toTypedArraySync(), { relative: 1e-12 })
    })
  })

  test('counts all repetitions of what repeats along a row, recorded or not', () => {
    const narrow = [sample([3, 4], 4), sample([3, 1], 5)]
    gradcheck(applyRepeated, narrow, { atol: 1e-7, rtol: 1e-5 })
    const recorded = applyRepeated(...narrow)
    const computed = noGrad(() => applyRepeated(...narrow))
    expect(recorded.map(({ shape }) => shape)).toEqual([
      [3, 1],
      [3, 4],
    ])
    recorded.forEach((x, i) => {
      expect(computed[i]!.shape).toEqual(x.shape)
      expectClose(computed[i]!.toTypedArraySync(), x.toTypedArraySync(), { relative: 1e-12 })
    })
  })

  test('names the recorded steps after itself', () => {
    const [value, total] = apply(...inputs)
    expect([value!.gradFn!.name, total!.gradFn!.name]).toEqual(['ExampleBackward0', 'SumBackward0'])
  })
})
