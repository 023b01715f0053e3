import { expectClose, type GoldenDepth, loadInit } from '@rungs/testing'
import { describe, expect, it, vi } from 'vitest'

const golden = loadInit()
const names = {
  'scale 1': 'unscaled',
  'scale 0.01': 'small',
  'scale 0.1, Xavier': 'xavier',
  'scale 0.099': 'k099',
  'scale 0.12': 'k12',
  'Xavier and ReLU': 'xavier_relu',
  'Kaiming and ReLU': 'kaiming_relu',
} as const

describe.each(Object.keys(golden))('with seed %s', async (seed) => {
  // A module is evaluated once: forgotten, it is evaluated with the next seed.
  vi.resetModules()
  const { record } = await import('@rungs/lesson/node')
  const { exports: lesson, items } = await record(() => import('../lesson.ts'), { seed: Number(seed) })
  const theirs = golden[seed]!

  it('one layer has the mean and the deviation that PyTorch finds', () => {
    const { randn, xavier, kaiming } = lesson.oneLayer
    // Sums of 10,000 float32 numbers in another order; means are differences that nearly cancel.
    for (const [ours, golden] of [
      [randn, theirs.l1],
      [xavier, theirs.l1x],
      [kaiming, theirs.l2k],
    ] as const) {
      expectClose([ours.mean, ours.std], golden, { relative: 1e-5, absolute: 1e-6 })
    }
  })

  it.each(Object.entries(names))('%s ends behind fifty layers where PyTorch does', (name, experiment) => {
    const [ours, golden]: [(typeof lesson.ends)[string], GoldenDepth] = [lesson.ends[name]!, theirs[experiment]]
    expect(ours.overflow).toBe(golden.first_nonfinite_layer)
    if (experiment === 'unscaled') {
      expect([ours.mean, ours.std]).toEqual([Number.NaN, Number.NaN])
      return
    }
    // Fifty products of matrices, each summed in another order: rounding grows with depth.
    expectClose([ours.std], [golden.std], { relative: 1e-4 })
    // One of the 20,000 sums that nearly cancel may fall to the other side of 0.
    expectClose([ours.zeros], [golden.zero_frac], { absolute: 1.5 / 20_000 })
    expect(Math.abs(ours.mean - golden.mean)).toBeLessThanOrEqual(1e-4 * golden.std)
  })

  it('shows how values are distributed with either kind of weights', () => {
    expect(items.map(({ kind }) => kind)).toEqual(['table', 'plot', 'histogram', 'histogram', 'table'])
  })
})
