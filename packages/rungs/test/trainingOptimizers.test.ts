import { expectCurve, loadTraining } from '@rungs/testing'
import { expect, test, vi } from 'vitest'
import { adam, DynamicNet, losses, sequential, sgd, withNet } from './runs.ts'

// Hundreds of steps of some milliseconds each, on machines that do other things too.
vi.setConfig({ testTimeout: 120_000 })

const golden = loadTraining()

test('Adam on the sum of squares', async () => {
  const step = withNet({ model: sequential, reduction: 'sum', update: adam })
  expectCurve(await losses(step, 500), golden['adam_sum_1e-4'], 'float32')
})

test('Adam on the mean of squares', async () => {
  const step = withNet({ model: sequential, reduction: 'mean', update: adam })
  expectCurve(await losses(step, 500), golden['seed003_adam_mean_1e-4'], 'float32')
})

test('a network that changes at every call, with SGD and momentum', async () => {
  const step = withNet({ model: () => new DynamicNet(), reduction: 'sum', update: sgd(0.9), keepGradients: true })
  const found = await losses(step, 500)
  expectCurve(found, golden['dynamicnet_momentum_0.9'], 'dynamic')
  expect(found.at(-1)).toBeLessThan(2)
})
