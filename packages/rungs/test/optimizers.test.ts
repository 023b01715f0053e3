import { expectClose, loadOptim, loadOptimizers } from '@rungs/testing'
import { describe, expect, test, vi } from 'vitest'
import { type Device, fromTypedArray, optim, type Tensor } from '../src/index.ts'
import { closures, cpu, wasm, wasmStaged, wasmThreads, webgpu } from './devices.ts'

vi.setConfig({ testTimeout: 120_000 })

type Stepper = InstanceType<typeof optim.Adam>
type Row = readonly [name: string, options: object]
const makers = optim as unknown as Record<string, new (params: Tensor[], options: object) => Stepper>
const make = ([name, options]: Row, params: Tensor[]): Stepper => new makers[name]!(params, options)

const golden = loadOptimizers()
/** Every optimiser with several sets of options; what PyTorch 1.13 does not have comes last. */
const rows: readonly Row[] = [
  ...golden.optimizers.map(({ name, options }): Row => [name, options]),
  ['Lion', { lr: 0.1, weightDecay: 0.1 }],
  ['NAdam', { lr: 0.1, weightDecay: 0.1, decoupledWeightDecay: true }],
  ['RAdam', { lr: 0.1, betas: [0.9, 0.99], weightDecay: 0.1, decoupledWeightDecay: true }],
]

const place = (data: readonly (readonly number[])[], device: Device, requiresGrad = false): Tensor[] =>
  data.map((elements, i) => fromTypedArray(Float32Array.from(elements), golden.shapes[i]!, { device, requiresGrad }))

/** Steps `from` to `to` with the golden gradients. */
function train(optimizer: Stepper, params: readonly Tensor[], from: number, to: number): void {
  for (const gradients of golden.gradients.slice(from, to)) {
    for (const [i, gradient] of place(gradients, params[0]!.device).entries()) params[i]!.grad = gradient
    optimizer.step()
  }
}

const read = async (tensors: readonly Tensor[]): Promise<number[]> =>
  (await Promise.all(tensors.map(async (x) => Array.from(await x.toTypedArray())))).flat()

describe.each<[string, Device]>([
  ['cpu without generated code', closures],
  ['wasm', wasm],
  ['wasm on two threads', wasmThreads],
  ['wasm with arrays outside', wasmStaged],
  ['webgpu', webgpu],
])('optimisers on %s', (_, device) => {
  test.for(rows)('%s with %o go where they go on cpu', async (row) => {
    const [here, there] = [cpu, device].map((own) => {
      const params = place(golden.start, own, true)
      train(make(row, params), params, 0, golden.gradients.length)
      return params
    })
    // Nine steps of float32, in which divisions and roots of a GPU may be a few roundings off.
    expectClose(await read(there!), await read(here!), { relative: 1e-5, absolute: 1e-6 }, row[0])
  })
})

describe("PyTorch's five steps", () => {
  const { grads, p0, steps } = loadOptim()
  const makeNine: Readonly<Record<string, Row>> = {
    sgd: ['SGD', { lr: 0.1 }],
    sgd_m: ['SGD', { lr: 0.1, momentum: 0.9 }],
    sgd_nesterov_wd: ['SGD', { lr: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.01 }],
    adam: ['Adam', { lr: 0.1 }],
    adam_amsgrad: ['Adam', { lr: 0.1, amsgrad: true }],
    adamw: ['AdamW', { lr: 0.1 }],
    rmsprop: ['RMSprop', { lr: 0.1 }],
    adagrad: ['Adagrad', { lr: 0.1 }],
    adadelta: ['Adadelta', {}],
  }
  test.for(
    Object.keys(steps).flatMap((name) =>
      ([wasm, webgpu] as const).map((device) => [name, device.name, device] as const),
    ),
  )('%s on %s', async ([name, , device]) => {
    const param = fromTypedArray(Float32Array.from(p0.data), [4], { requiresGrad: true, device })
    const optimizer = make(makeNine[name]!, [param])
    const found: number[] = []
    for (let t = 0; t < 5; t++) {
      param.grad = fromTypedArray(Float32Array.from(grads.data.slice(4 * t, 4 * t + 4)), [4], { device })
      optimizer.step()
      found.push(...(await read([param])))
    }
    expectClose(found, steps[name]!.data, { relative: 1e-6, absolute: 1e-7 }, name)
  })
})

/** A state as a file would carry it. */
function asFile(dict: optim.OptimizerStateDict): optim.OptimizerStateDict {
  const copy = (x: Tensor): Tensor => fromTypedArray(x.toTypedArraySync(), x.shape, { dtype: x.dtype, device: cpu })
  const state = Object.entries(dict.state).map(([number, arrays]) => [
    number,
    Object.fromEntries(Object.entries(arrays).map(([name, x]) => [name, copy(x)])),
  ])
  return { state: Object.fromEntries(state), paramGroups: JSON.parse(JSON.stringify(dict.paramGroups)) }
}

describe.each<[string, Device]>([
  ['cpu', cpu],
  ['wasm', wasm],
])('a run that was saved and restored continues bit for bit on %s', (_, device) => {
  test.for(rows)('%s with %o', async (row) => {
    const params = place(golden.start, device, true)
    const optimizer = make(row, params)
    const schedule = new optim.ExponentialLR(optimizer, { gamma: 0.9 })
    train(optimizer, params, 0, 4)
    schedule.step()
    const saved = {
      params: await Promise.all(params.map((param) => param.toArray())),
      optimizer: asFile(optimizer.stateDict()),
      schedule: JSON.parse(JSON.stringify(schedule.stateDict())) as optim.LRSchedulerStateDict,
    }

    const fresh = place(
      saved.params.map((nested) => [nested].flat(2) as number[]),
      device,
      true,
    )
    const restored = make(row, fresh)
    const restoredSchedule = new optim.ExponentialLR(restored, { gamma: 0.9 })
    restored.loadStateDict(saved.optimizer)
    restoredSchedule.loadStateDict(saved.schedule)
    for (const [own, o, s] of [
      [params, optimizer, schedule],
      [fresh, restored, restoredSchedule],
    ] as const) {
      train(o, own, 4, 6)
      s.step()
      train(o, own, 6, golden.gradients.length)
    }
    expect(await read(fresh)).toEqual(await read(params))
    for (const [i, param] of params.entries()) {
      const [before, after] = [optimizer.state.get(param)!, restored.state.get(fresh[i]!)!]
      expect(await read(Object.values(after))).toEqual(await read(Object.values(before)))
    }
  })
})

describe.each<[string, Device]>([
  ['wasm', wasm],
  ['webgpu', webgpu],
])('what stands beside optimisers, on %s', (_, device) => {
  test('LBFGS with its line search finds the lowest point', async () => {
    const x = fromTypedArray(Float32Array.from([-1.2, 1]), [2], { device, requiresGrad: true })
    const optimizer = new optim.LBFGS([x], { lineSearchFn: 'strong_wolfe', maxIter: 60 })
    await optimizer.step(() => {
      optimizer.zeroGrad()
      const [a, b] = [x.at(0), x.at(1)]
      const loss = b.sub(a.square()).square().mul(100).add(a.sub(1).square())
      loss.backward()
      return loss
    })
    expectClose(await read([x]), [1, 1], { relative: 1e-3 })
  })

  test('LBFGS follows its parameters to cpu', async () => {
    const x = fromTypedArray(Float32Array.from([3, -4]), [2], { device, requiresGrad: true })
    const optimizer = new optim.LBFGS([x], { maxIter: 2, lr: 0.5 })
    const closure = (): Tensor => {
      optimizer.zeroGrad()
      const loss = x.square().sum()
      loss.backward()
      return loss
    }
    const losses = [await (await optimizer.step(closure)).item()]
    x.data = await x.detach().transfer(cpu)
    await optimizer.transfer(cpu)
    losses.push(await (await optimizer.step(closure)).item(), x.square().sum().itemSync())
    expect(losses[0]).toBe(25)
    expect(losses[1]).toBeLessThan(25)
    expect(losses[2]).toBeLessThan(losses[1]!)
    expect(optimizer.state.get(x)!.d.device).toBe(cpu)
  })

  test('norms and clipped gradients', async () => {
    for (const { maxNorm, normType, total, clipped } of golden.clipping) {
      const params = place(golden.start, device, true)
      for (const [i, gradient] of place(golden.gradients[0]!, device).entries()) params[i]!.grad = gradient
      const norm = optim.clipGradNorm_(params, maxNorm, { normType })
      const found = await read([norm, ...params.map((param) => param.grad!)])
      // Powers of a GPU are promised to 2e-4.
      const relative = normType === 3 || normType === 0.5 ? 2e-4 : 1e-5
      expectClose(found, [total, ...clipped], { relative, absolute: 1e-6 }, `order ${normType}`)
    }
  })

  test('averages', async () => {
    const [{ decay, params, averages }] = golden.averages as [(typeof golden.averages)[number]]
    const param = fromTypedArray(Float32Array.from(params[0]!), [3], { device, requiresGrad: true })
    const average = new optim.ExponentialMovingAverage([param], { decay })
    for (const [i, elements] of params.entries()) {
      param.data = fromTypedArray(Float32Array.from(elements), [3], { device })
      average.update()
      const found = await average.averaged(() => read([param]))
      // Sums of numbers around 1, some of which cancel.
      expectClose(found, averages[i]!, { relative: 1e-6, absolute: 1e-7 }, `update ${i}`)
    }
    await average.transfer(cpu)
    expect(average.averages[0]!.device).toBe(cpu)
  })
})
