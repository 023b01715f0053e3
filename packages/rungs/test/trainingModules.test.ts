import { expectClose, expectCurve, loadTraining } from '@rungs/testing'
import { expect, test, vi } from 'vitest'
import { noGrad, setWarnings } from '../src/index.ts'
import { expectKnown, type Known } from './known.ts'
import { inPlace, kerasRestated, losses, type NetRun, sequential, sgd, TwoLayerNet, withNet } from './runs.ts'

// Hundreds of steps of some milliseconds each, on machines that do other things too.
vi.setConfig({ testTimeout: 120_000 })

const golden = loadTraining()

const twoLayerNet = (): TwoLayerNet => new TwoLayerNet()
const rows = [
  [
    'row 89: a module, the mean, lr 1e-2 in place',
    'seed003_nn_mean_1e-2',
    { model: sequential, reduction: 'mean', update: inPlace(1e-2) },
    { 0: '0.98169', 1: '0.97073', 99: '0.40536', 499: '0.013902' },
  ],
  [
    'rows 94 and M15: SGD with lr 1e-4 on the mean barely learns',
    'seed003_twolayernet_sgd_mean_1e-4',
    { model: twoLayerNet, reduction: 'mean', update: sgd() },
    { 0: '0.98169', 499: '0.92937' },
  ],
] as const satisfies readonly (readonly [name: string, run: keyof typeof golden, net: NetRun, known: Known])[]

test.for(rows)('%s', async ([, run, net, known]) => {
  expectKnown(await losses(withNet(net), 500), golden[run], 'float32', known)
})

test('rows 90 and 93: a module updated in place, and a class of one’s own with SGD, learn alike', async () => {
  const known = { 0: '628.2839', 1: '584.9592', 99: '3.56985', 199: '0.108235', 299: '0.0049297' }
  const inPlaceLosses = await losses(withNet({ model: sequential, reduction: 'sum', update: inPlace(1e-4) }), 500)
  expectKnown(inPlaceLosses, golden['nn_inplace_sum_1e-4'], 'float32', { ...known, 499: '1.4574e-5' })
  const own = await losses(withNet({ model: twoLayerNet, reduction: 'sum', update: sgd() }), 500)
  expectKnown(own, golden['twolayernet_sgd_sum_1e-4'], 'float32', known)
  expectClose(own.slice(0, 400), inPlaceLosses.slice(0, 400), { relative: 1e-5 }, 'losses to step 399')
})

test('a Keras model restated: xavier weights, zero biases, mean square', async () => {
  expectCurve(await losses(kerasRestated(), 50), golden.seed003_keras_fit_restated, 'float32')
})

test('row M1: rebinding a local in the update loop changes nothing, and a warning says so', async () => {
  const rebind: NetRun['update'] = (model) => () =>
    noGrad(() => {
      // @ts-expect-error: types refuse it, JavaScript does not
      for (let param of model.parameters()) param = param.sub(param.grad!.mul(1e-4))
    })
  const warnings: string[] = []
  const before = setWarnings((message) => warnings.push(message))
  const found = await losses(withNet({ model: sequential, reduction: 'sum', update: rebind }), 500)
  setWarnings(before)
  expectKnown(found, golden.seed004_nn_rebind_bug, 'float32', { 0: '628.283935546875', 499: '628.283935546875' })
  expect(new Set(found).size).toBe(1)
  expect(warnings[0]).toMatch(/^no parameter has changed since the last backward\(\)/)
})
