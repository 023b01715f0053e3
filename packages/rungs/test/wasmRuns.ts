import { expectCurve, type GoldenTraining, loadTraining } from '@rungs/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cpu, type Device, numpyRng, setDefaultDevice } from '../src/index.ts'
import { wasm, wasmStaged, wasmThreads } from './devices.ts'
import {
  adam,
  byAutograd,
  byHand,
  DynamicNet,
  inPlace,
  kerasRestated,
  losses,
  normalData,
  type Step,
  sequential,
  sgd,
  TwoLayerNet,
  tensorflowRestated,
  withNet,
} from './runs.ts'

const golden = loadTraining()
const twoLayerNet = (): TwoLayerNet => new TwoLayerNet()

interface Run {
  readonly golden: Exclude<keyof GoldenTraining, 'seed002_bug'>
  readonly make: () => Step
  readonly kind?: 'float64' | 'dynamic'
  readonly steps?: number
}
const runs: readonly Run[] = [
  {
    golden: 'numpy_two_layer_seed0_f64',
    make: () => byHand(normalData({ generator: numpyRng(0), dtype: 'float64' })),
    kind: 'float64',
  },
  { golden: 'torch_manual_seed0', make: () => byHand(normalData()) },
  { golden: 'torch_autograd_seed0', make: () => byAutograd(normalData()) },
  { golden: 'seed003_tf_gradienttape_restated', make: tensorflowRestated, steps: 50 },
  {
    golden: 'seed003_nn_mean_1e-2',
    make: () => withNet({ model: sequential, reduction: 'mean', update: inPlace(1e-2) }),
  },
  {
    golden: 'seed003_twolayernet_sgd_mean_1e-4',
    make: () => withNet({ model: twoLayerNet, reduction: 'mean', update: sgd() }),
  },
  {
    golden: 'nn_inplace_sum_1e-4',
    make: () => withNet({ model: sequential, reduction: 'sum', update: inPlace(1e-4) }),
  },
  { golden: 'twolayernet_sgd_sum_1e-4', make: () => withNet({ model: twoLayerNet, reduction: 'sum', update: sgd() }) },
  { golden: 'seed003_keras_fit_restated', make: kerasRestated, steps: 50 },
  { golden: 'adam_sum_1e-4', make: () => withNet({ model: sequential, reduction: 'sum', update: adam }) },
  { golden: 'seed003_adam_mean_1e-4', make: () => withNet({ model: sequential, reduction: 'mean', update: adam }) },
  {
    golden: 'dynamicnet_momentum_0.9',
    make: () => withNet({ model: () => new DynamicNet(), reduction: 'sum', update: sgd(0.9), keepGradients: true }),
    kind: 'dynamic',
  },
]

/** Every run with its golden losses, on one thread, on two and with arrays outside: up to `most` steps of it. */
export function trainInWasm(most: number): void {
  const trained = new Map<string, readonly number[]>()

  describe.each<[string, Device]>([
    ['one thread', wasm],
    ['two threads', wasmThreads],
    ['arrays outside', wasmStaged],
  ])('training in WebAssembly, %s', (_, device) => {
    beforeAll(() => setDefaultDevice(device))
    afterAll(() => setDefaultDevice(cpu))

    test.for(runs)('$golden', { timeout: 300_000 }, async ({ golden: name, make, kind, steps = 500 }: Run) => {
      const found = await losses(make(), Math.min(steps, most))
      expectCurve(found, golden[name], kind ?? 'float32')
      // Neither threads nor where arrays are change a bit.
      const before = trained.get(name)
      if (before !== undefined) expect(found).toEqual(before)
      trained.set(name, found)
    })
  })
}
