import { expectClose, expectCurve, loadOptim, loadTraining, startSoftwareAdapter } from '@rungs/testing'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import {
  cpu,
  createWebGpuDevice,
  fromTypedArray,
  manualSeed,
  nn,
  optim,
  randn,
  type Tensor,
  type WebGpuDevice,
} from '../src/index.ts'
import { adam, losses, sequential, sgd, TwoLayerNet, withNet } from './runs.ts'

vi.setConfig({ testTimeout: 120_000 })

let device: WebGpuDevice
beforeAll(async () => {
  device = await createWebGpuDevice({ gpu: await startSoftwareAdapter() })
})

describe("optimisers take PyTorch's five steps in float32 alone", () => {
  const { grads, p0, steps } = loadOptim()
  const rows: readonly (readonly [name: string, make: (params: Tensor[]) => { step(): void }])[] = [
    ['sgd', (params) => new optim.SGD(params, { lr: 0.1 })],
    ['sgd_m', (params) => new optim.SGD(params, { lr: 0.1, momentum: 0.9 })],
    [
      'sgd_nesterov_wd',
      (params) => new optim.SGD(params, { lr: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.01 }),
    ],
    ['adam', (params) => new optim.Adam(params, { lr: 0.1 })],
    ['adam_amsgrad', (params) => new optim.Adam(params, { lr: 0.1, amsgrad: true })],
    ['adamw', (params) => new optim.AdamW(params, { lr: 0.1 })],
  ]
  test.for(rows)('%s', async ([name, make]) => {
    const param = fromTypedArray(Float32Array.from(p0.data), [4], { requiresGrad: true, device })
    const optimizer = make([param])
    const found: number[] = []
    for (let t = 0; t < 5; t++) {
      param.grad = fromTypedArray(Float32Array.from(grads.data.slice(4 * t, 4 * t + 4)), [4], { device })
      optimizer.step()
      found.push(...(await param.toTypedArray()))
    }
    expectClose(found, steps[name]!.data, { relative: 1e-6, absolute: 1e-7 }, name)
  })
})

test('AdamW with amsgrad and decay stays within eight buffers', () => {
  const param = randn([3], { requiresGrad: true, device })
  const optimizer = new optim.AdamW([param], { amsgrad: true })
  param.grad = randn([3], { device })
  const before = device.counts.dispatches
  optimizer.step()
  // One kernel for the corrections, one for the parameter and all that is remembered about it.
  expect(device.counts.dispatches - before).toBe(2)
})

test('modules, losses and optimisers learn as on the processor', async () => {
  const golden = loadTraining()
  const twoLayer = withNet({ model: () => new TwoLayerNet(), reduction: 'sum', update: sgd(), device })
  expectCurve(await losses(twoLayer, 20), golden['twolayernet_sgd_sum_1e-4'], 'float32')
  const withAdam = withNet({ model: sequential, reduction: 'sum', update: adam, device })
  expectCurve(await losses(withAdam, 20), golden['adam_sum_1e-4'], 'float32')
})

describe('a model and its optimiser change devices in the middle of training', () => {
  const start = () => {
    manualSeed(0)
    const model = new nn.Sequential(new nn.Linear(6, 5), new nn.Tanh(), new nn.Linear(5, 2))
    const optimizer = new optim.Adam(model.parameters(), { lr: 0.01, amsgrad: true })
    const [x, y] = [randn([8, 6]), randn([8, 2])]
    const step = (): Tensor => {
      const to = model.parameters()[0]!.device
      const loss = nn.functional.mseLoss(model.forward(x.to(to)), y.to(to))
      optimizer.zeroGrad()
      loss.backward()
      optimizer.step()
      return loss
    }
    return { model, optimizer, step }
  }

  test('to the GPU by to(), back by transfer()', async () => {
    const [here, there] = [start(), start()]
    const expected = await losses(here.step, 9)
    const found = await losses(there.step, 3)
    there.model.to(device)
    found.push(...(await losses(there.step, 3)))
    await there.model.transfer(cpu)
    await there.optimizer.transfer(cpu)
    found.push(...(await losses(there.step, 3)))
    expectClose(found, expected, { relative: 1e-5 }, 'losses')
    expect(there.model.parameters().every((p) => p.device === cpu && p.grad?.device === cpu)).toBe(true)
  })

  test('what cannot be moved at once says how it is moved', async () => {
    const { model, step } = start()
    model.to(device)
    step()
    expect(() => model.to(cpu)).toThrow(/await x\.transfer\(cpu\)/)
    expect(model.parameters().every((p) => p.device === device)).toBe(true)
    await model.transfer(cpu)
    expect(step).toThrow(/^Adam: .* await optimizer\.transfer\(device\)/)
  })
})
