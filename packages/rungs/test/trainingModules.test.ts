import { expectCurve, loadTraining } from '@rungs/testing'
import { expect, test, vi } from 'vitest'
import { noGrad, setWarnings } from '../src/index.ts'
import { inPlace, kerasRestated, losses, type NetRun, sequential, sgd, TwoLayerNet, withNet } from './runs.ts'

// Hundreds of steps of some milliseconds each, on machines that do other things too.
vi.setConfig({ testTimeout: 120_000 })

const golden = loadTraining()

const rows = [
  ['nn_inplace_sum_1e-4', { model: sequential, reduction: 'sum', update: inPlace(1e-4) }],
  ['seed003_nn_mean_1e-2', { model: sequential, reduction: 'mean', update: inPlace(1e-2) }],
  ['twolayernet_sgd_sum_1e-4', { model: () => new TwoLayerNet(), reduction: 'sum', update: sgd() }],
  ['seed003_twolayernet_sgd_mean_1e-4', { model: () => new TwoLayerNet(), reduction: 'mean', update: sgd() }],
] as const satisfies readonly (readonly [name: string, run: NetRun])[]

test.for(rows)('%s', async ([name, run]) => {
  expectCurve(await losses(withNet(run), 500), golden[name], 'float32')
})

test('a Keras model restated: xavier weights, zero biases, mean square', async () => {
  expectCurve(await losses(kerasRestated(), 50), golden.seed003_keras_fit_restated, 'float32')
})

test('rebinding a local in the update loop changes nothing, and a warning says so', async () => {
  const rebind: NetRun['update'] = (model) => () =>
    noGrad(() => {
      for (let param of model.parameters()) param = param.sub(param.grad!.mul(1e-4))
    })
  const warnings: string[] = []
  const before = setWarnings((message) => warnings.push(message))
  const found = await losses(withNet({ model: sequential, reduction: 'sum', update: rebind }), 500)
  setWarnings(before)
  expectCurve(found, golden.seed004_nn_rebind_bug, 'float32')
  expect(new Set(found).size).toBe(1)
  expect(warnings[0]).toMatch(/^no parameter has changed since the last backward\(\)/)
})
