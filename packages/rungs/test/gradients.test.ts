// What reaches into memory and random streams of a device, and gradients of functions, on the devices that are not cpu.
import { expectClose } from '@rungs/testing'
import { describe, expect, test, vi } from 'vitest'
import * as r from '../src/index.ts'
import { cpu, wasm, webgpu } from './devices.ts'
import type { Tensor } from './support.ts'

// The software adapter compiles a kernel in a second.
vi.setConfig({ testTimeout: 120_000 })

const sample = (shape: number[], seed: number): Tensor => r.randn(shape, { generator: r.torchRng(seed), device: cpu })
const values = (x: Tensor): Promise<ArrayLike<number>> => x.toTypedArray()
const devices = [
  ['wasm', wasm],
  ['webgpu', webgpu],
] as const

describe.each(devices)('on %s', (_, device) => {
  const on = async (x: Tensor, requiresGrad = false): Promise<Tensor> =>
    (await x.transfer(device)).detach().requiresGrad_(requiresGrad)

  test('a checkpoint has the gradients of a plain call, with dropout and nested, and leaves nothing behind', async () => {
    const [x, w] = [await on(sample([256, 256], 1)), await on(sample([256, 256], 2).div(16), true)]
    const layer = (h: Tensor): Tensor => r.dropout(h.mm(w).tanh(), { p: 0.3 })
    const run = async (wrap: (f: (h: Tensor) => Tensor) => (h: Tensor) => Tensor): Promise<ArrayLike<number>> => {
      r.manualSeed(3)
      w.grad = null
      r.tidy(() =>
        wrap((h) => layer(wrap(layer)(h)))(wrap(layer)(x))
          .square()
          .mean()
          .backward(),
      )
      return values(w.grad!)
    }
    const plain = await run((f) => f)
    const before = r.memory(device).arrays
    expectClose(await run((f) => (h) => r.checkpoint(f, h)), plain, { relative: 1e-6, absolute: 1e-9 })
    // Arrays this large are counted singly; what is small may begin another slab.
    expect(r.memory(device).arrays - before).toBeLessThanOrEqual(1)
  })

  test('hooks, a tape and transforms', async () => {
    const [x, start] = [await on(sample([3, 4], 4)), await on(sample([4], 5))]
    const w = r.variable(start)
    w.registerHook((g) => g.mul(2))
    const gradient = r.gradientTape((tape) => tape.gradient(x.mv(w).square().sum(), w))
    const expected = r.grad((v: Tensor) => x.mv(v).square().sum())(start)
    expectClose(await values(gradient!), await values(expected.mul(2)), { relative: 1e-5, absolute: 1e-6 })
    const second = r.hessian((v: Tensor) => x.mv(v).square().sum(), start)
    expectClose(await values(second), await values(x.t().mm(x).mul(2)), { relative: 1e-5, absolute: 1e-6 })
  })

  const small = sample([3, 4], 6).tanh().mul(0.9)
  const functions: [string, (x: Tensor) => Tensor][] = [
    ['trigonometry', (x) => x.tanh().add(r.tan(x)).add(r.asin(x)).add(r.acos(x)).add(r.atan(x)).add(r.atan2(x, 0.3))],
    [
      'hyperbolic functions',
      (x) =>
        r
          .sinh(x)
          .add(r.cosh(x))
          .add(r.asinh(x))
          .add(r.acosh(x.add(3)))
          .add(r.atanh(x)),
    ],
    [
      'logarithms',
      (x) =>
        r
          .exp2(x)
          .add(r.log2(x.add(2)))
          .add(r.log10(x.add(2)))
          .add(r.logaddexp(x, 0.2)),
    ],
    [
      'blending',
      (x) =>
        r
          .lerp(x, 2, 0.3)
          .add(r.hypot(x, 1))
          .add(r.clip(x, r.fullLike(x, -0.5), 0.5)),
    ],
    [
      'scans and order',
      (x) =>
        r
          .cumprod(x.add(1), 1)
          .add(r.quantile(x, 0.3))
          .add(r.median(x, 1, { keepdim: true })),
    ],
    [
      'rearranging',
      (x) =>
        r
          .roll(x, 1, 1)
          .add(r.tile(x, [1, 2]).slice(1, 2, 6))
          .mul(r.repeatInterleave(x, [0, 2, 1], 0)),
    ],
    [
      'products',
      (x) =>
        r
          .kron(x.slice(0, 0, 1), x.slice(1, 0, 1))
          .add(r.cross(x, x.flip(1), 0))
          .add(r.diff(x, { dim: 0, prepend: x.slice(0, 0, 1) })),
    ],
  ]
  test.each(functions)('%s', async (__, fn) => {
    const results = await Promise.all(
      [await on(small, true), small.detach().requiresGrad_()].map(async (x) => {
        const y = fn(x)
        const [g] = r.grad([y.mul(y.detach()).sum()], [x])
        return [await values(y), await values(g!)] as const
      }),
    )
    // Functions of adapters are promised to 2e-4.
    const tolerance = { relative: 5e-4, absolute: 5e-4 }
    for (const i of [0, 1] as const) expectClose(results[0]![i], results[1]![i], tolerance)
  })
})

test('NaN is not looked for where a device cannot be read', async () => {
  const x = (await sample([3], 7).transfer(webgpu)).detach().requiresGrad_()
  expect(() => r.detectAnomaly(() => x.log().sum().backward())).toThrow(r.DeviceError)
  r.detectAnomaly(() => x.log().sum().backward(), { checkNan: false })
})
