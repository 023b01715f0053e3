import { expectClose, expectCurve, loadTraining, startSoftwareAdapter } from '@rungs/testing'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { cpu, createWebGpuDevice, manualSeed, nn, optim, randn, type Tensor, type WebGpuDevice } from '../src/index.ts'
import { adam, losses, sequential, sgd, TwoLayerNet, withNet } from './runs.ts'

vi.setConfig({ testTimeout: 120_000 })

let device: WebGpuDevice
beforeAll(async () => {
  device = await createWebGpuDevice({ gpu: await startSoftwareAdapter() })
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
