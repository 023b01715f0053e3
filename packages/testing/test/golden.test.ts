import { describe, expect, test } from 'vitest'
import {
  type CurveKind,
  expectClose,
  expectCurve,
  type GoldenCurve,
  loadInit,
  loadOps,
  loadOptim,
  loadSeeds,
  loadTraining,
  type Tolerance,
} from '../src/index.ts'

describe('golden files', () => {
  test('hold 95 operators whose gradients have the shapes of their inputs', () => {
    const ops = loadOps()
    expect(ops).toHaveLength(95)
    for (const { op, inputs, grads } of ops) {
      if (grads) expect([op, grads.map((g) => g?.shape)]).toEqual([op, inputs.map((x) => x.shape)])
    }
  })

  test('give what an operator takes beside its inputs', () => {
    const args = Object.fromEntries(loadOps().map((row) => [row.op, row.args]))
    expect(args.masked_fill?.mask).toMatchObject({ shape: [3, 4], dtype: 'bool' })
    expect(args.cross_entropy?.target).toMatchObject({ shape: [3], dtype: 'int64', data: [2, 0, 1] })
    expect(args.slice).toEqual({
      ranges: [
        [1, null, 1],
        [null, null, 2],
      ],
    })
    expect(args.exp).toBeUndefined()
  })

  test('decode spelled numbers and booleans', () => {
    expect(loadInit()['0']?.unscaled).toMatchObject({ std: Number.NaN, first_nonfinite_layer: 38 })
    expect(Object.keys(loadInit())).toEqual(['0', '1', '2', '3', '4'])
    expect(loadSeeds().lt).toEqual({ shape: [3], dtype: 'bool', data: [0, 1, 1] })
    expect(loadSeeds().mean_item).toBe(9.666666984558105)
    expect(loadOptim().steps.adam?.shape).toEqual([5, 4])
    expect(loadTraining().torch_manual_seed0.at[99]).toBe(427.819091796875)
  })
})

test.each<[actual: number, expected: number, tolerance: Tolerance]>([
  [1, 1, {}],
  [1.01, 1, { relative: 0.011 }],
  [1e-9, 0, { absolute: 1e-8 }],
  [Number.NaN, Number.NaN, {}],
  [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, {}],
  [0, -0, {}],
])('expectClose takes %s for %s', (actual, expected, tolerance) => {
  expectClose([actual], [expected], tolerance)
})

test.each<[actual: number, expected: number, tolerance: Tolerance]>([
  [1 + 1e-15, 1, {}],
  [1.01, 1, { relative: 0.009 }],
  [1, Number.NaN, { absolute: 10 }],
  [Number.NaN, 1, { absolute: 10 }],
  [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, { relative: 1 }],
  [1e308, Number.POSITIVE_INFINITY, { relative: 1 }],
  [0, -0, { signedZero: true, absolute: 1 }],
])('expectClose does not take %s for %s', (actual, expected, tolerance) => {
  expect(() => expectClose([1, actual], [1, expected], tolerance)).toThrow(
    `1 of 2 differ by more than ${tolerance.absolute ?? 0} + ${tolerance.relative ?? 0} · |expected|; at index 1`,
  )
})

test('expectClose compares lengths and names the worst element', () => {
  expect(() => expectClose([1], [1, 2], {}, 'w1')).toThrow('w1: got 1 values, expected 2')
  expect(() => expectClose([1, 3, 9], [1, 2, 3])).toThrow(
    '2 of 3 differ by more than 0 + 0 · |expected|; at index 2 got 9',
  )
})

/** A made-up run that halves every 25 steps, and its golden file. */
const losses = Array.from({ length: 500 }, (_, step) => 600 * 0.5 ** (step / 25))
const golden: GoldenCurve = {
  first5: losses.slice(0, 5),
  at: Object.fromEntries([0, 1, 9, 49, 99, 199, 299, 399, 499].map((step) => [step, losses[step]!])),
}
const off = (relative: number, ...steps: number[]): number[] =>
  losses.map((loss, step) => (steps.includes(step) ? loss * (1 + relative) : loss))

test.each<[kind: CurveKind, run: number[]]>([
  ['float32', off(9e-6, 3, 49)],
  ['float32', off(9e-5, 99)],
  ['float32', off(9e-4, 199)],
  ['float32', off(2, 299, 499)],
  ['float32', losses.slice(0, 60)],
  ['float64', off(9e-10, 0, 99)],
  ['dynamic', off(9e-4, 99)],
  ['dynamic', off(1.9e-2, 199, 399)],
  ['dynamic', off(1000, 499).with(499, 1.9)],
])('expectCurve (%s) takes a run that drifts within its band', (kind, run) => {
  expectCurve(run, golden, kind)
})

test.each<[kind: CurveKind, run: number[], step: number]>([
  ['float32', off(1.1e-5, 3), 3],
  ['float32', off(1.1e-5, 49), 49],
  ['float32', off(1.1e-4, 99), 99],
  ['float32', off(1.1e-3, 199), 199],
  ['float32', off(10, 299), 299],
  ['float32', losses.with(499, losses[399]!), 499],
  ['float32', losses.with(399, Number.NaN), 399],
  ['float64', off(1.1e-9, 99), 99],
  ['dynamic', off(1.1e-5, 49), 49],
  ['dynamic', off(1.1e-3, 99), 99],
  ['dynamic', off(2.1e-2, 399), 399],
  ['dynamic', losses.with(499, 2.1), 499],
])('expectCurve (%s) refuses a run that leaves it', (kind, run, step) => {
  expect(() => expectCurve(run, golden, kind)).toThrow(`the loss of step ${step} is`)
})
