import { loadTraining } from '@rungs/testing'
import { expect, test, vi } from 'vitest'
import { expectKnown } from './known.ts'
import { adam, DynamicNet, losses, sequential, sgd, withNet } from './runs.ts'

// Hundreds of steps of some milliseconds each, on machines that do other things too.
vi.setConfig({ testTimeout: 120_000 })

const golden = loadTraining()

test('row 91: Adam on the sum of squares', async () => {
  const step = withNet({ model: sequential, reduction: 'sum', update: adam })
  expectKnown(await losses(step, 500), golden['adam_sum_1e-4'], 'float32', {
    0: '628.2839',
    1: '612.4874',
    99: '43.05958',
    199: '1.134455',
    299: '0.019534',
    499: '6.65e-7',
  })
})

test('row 92: Adam on the mean of squares', async () => {
  const step = withNet({ model: sequential, reduction: 'mean', update: adam })
  expectKnown(await losses(step, 500), golden['seed003_adam_mean_1e-4'], 'float32', {
    99: '0.067282',
    199: '0.0017729',
    499: '1.0e-9',
  })
})

test('row 95: a network that changes at every call, with SGD and momentum', async () => {
  const step = withNet({ model: () => new DynamicNet(), reduction: 'sum', update: sgd(0.9), keepGradients: true })
  const found = await losses(step, 500)
  expectKnown(found, golden['dynamicnet_momentum_0.9'], 'dynamic', {
    0: '620.634',
    1: '619.270',
    9: '593.988',
    99: '10.834',
    499: '1.259',
  })
  expect(found.at(-1)).toBeLessThan(2)
})
