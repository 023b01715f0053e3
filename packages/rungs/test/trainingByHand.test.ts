import { expectCurve, isClose, loadTraining } from '@rungs/testing'
import { expect, test, vi } from 'vitest'
import { numpyRng } from '../src/index.ts'
import { expectKnown } from './known.ts'
import { byAutograd, byHand, descend, losses, normalData, tensorflowRestated, twoLayerLoss } from './runs.ts'

// Hundreds of steps of some milliseconds each, on machines that do other things too.
vi.setConfig({ testTimeout: 120_000 })

const golden = loadTraining()

test("row 84: the two-layer network by hand in float64, on NumPy's stream", async () => {
  const step = byHand(normalData({ generator: numpyRng(0), dtype: 'float64' }))
  expectKnown(await losses(step, 500), golden.numpy_two_layer_seed0_f64, 'float64', {
    0: '26365524.193454307',
    1: '18539004.956771437',
    99: '876.6381833972041',
    199: '10.48036884962',
    499: '6.9470e-5',
  })
})

/** Of the rows 85 and 86 alike. */
const known = { 0: '29428666', 1: '22739448', 9: '3521559', 49: '13753.862', 99: '427.8191', 199: '1.447898' }

test("row 85: the same in float32, on PyTorch's stream", async () => {
  expectKnown(await losses(byHand(normalData()), 500), golden.torch_manual_seed0, 'float32', known)
})

test('row 86: the same by backward()', async () => {
  expectKnown(await losses(byAutograd(normalData()), 500), golden.torch_autograd_seed0, 'float32', known)
})

test('raw weights and a gradient tape, as in the TensorFlow example', async () => {
  expectCurve(await losses(tensorflowRestated(), 50), golden.seed003_tf_gradienttape_restated, 'float32')
})

test('rows M2 and M3: 500 times backward() without an update, then updates without backward()', async () => {
  const bug = golden.seed002_bug
  const data = normalData()
  const weights = [data.w1.requiresGrad_(), data.w2.requiresGrad_()]
  const single: Float64Array[] = []
  for (let t = 0; t < 500; t++) {
    const loss = twoLayerLoss(data)
    const value = await loss.item()
    if (!isClose(value, bug.loop1, { relative: 1e-5 })) expect.fail(`loss ${value} at step ${t}: nothing was updated`)
    loss.backward()
    if (t === 0) for (const w of weights) single.push(Float64Array.from(await w.grad!.toTypedArray()))
  }
  // Gradients add up: 500 additions of float32 numbers lose a few digits.
  for (const [i, w] of weights.entries()) {
    const [sum, one] = [await w.grad!.toTypedArray(), single[i]!]
    const scale = one.reduce((largest, g) => Math.max(largest, Math.abs(g)), 0)
    sum.forEach((g, k) => {
      if (!isClose(g, 500 * one[k]!, { relative: 7.5e-6, absolute: 1e-9 * scale }))
        expect.fail(`${g} is not 500 · ${one[k]}`)
    })
  }
  const after: number[] = []
  for (let t = 0; t < 5; t++) {
    after.push(await twoLayerLoss(data).item())
    descend(weights, 1e-6)
    for (const w of weights) w.grad!.zero_()
  }
  // One step with 500 gradients throws the weights far off, where the step's sign is all that can be promised; then nothing.
  const [first, ...rest] = after
  expect(isClose(first!, bug.loop2_first5[0]!, { relative: 1e-5 })).toBe(true)
  expect(rest[0]).toBeGreaterThan(1e6 * first!)
  expect(new Set(rest).size).toBe(1)
})
