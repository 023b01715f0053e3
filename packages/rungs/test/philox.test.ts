import { philoxRng } from '@rungs/ndarray'
import { expectClose } from '@rungs/testing'
import { expect, test, vi } from 'vitest'
import * as r from '../src/index.ts'
import { closures, cpu, wasm, webgpu } from './devices.ts'

// Kernels are compiled on an adapter that is a processor, on machines that do other things too.
vi.setConfig({ testTimeout: 60_000 })

type Draw = (generator: r.PhiloxGenerator) => { toTypedArray(): Promise<r.TypedArray> }

/** Off multiples of four on purpose; the carry of a counter comes into it, too. */
const SIZES = [1, 5, 1003]

test.for<[name: string, draw: (size: number) => Draw]>([
  ['bits', (size) => (g) => g.bits([size])],
  ['uniform numbers', (size) => (g) => g.uniform([size], 'float32')],
  ['uniform numbers in an interval', (size) => (g) => r.uniform([size], -0.1, 0.7, { generator: g, device: g.device })],
  ['integers', (size) => (g) => g.integers([size], -1000, 100_003)],
  ['flags', (size) => (g) => g.flags([size], 0.37)],
  ['bernoulli draws', (size) => (g) => r.bernoulli([size], 0.37, { generator: g })],
  ['permutations', (size) => (g) => g.permutation(size)],
  ['streams that were split off', (size) => (g) => g.split(3)[2]!.bits([size])],
])('%s have the same bits on every device', async ([, draw]) => {
  for (const size of SIZES) {
    const expected = [draw(size)(philoxRng(9)), draw(size)(philoxRng(2 ** 40 + 1))].map((x) => x.toTypedArray())
    for (const device of [closures, wasm, webgpu]) {
      const found = [philoxRng(9, { device }), philoxRng(2 ** 40 + 1, { device })].map((g) =>
        draw(size)(g).toTypedArray(),
      )
      expect(await Promise.all(found)).toEqual(await Promise.all(expected))
    }
  }
})

test('the counter goes on alike on every device, past the end of a word', async () => {
  const states = [cpu, closures, wasm, webgpu].map(async (device) => {
    const generator = philoxRng(1, { device })
    generator.state.set(r.slice(0, 4), 2 ** 32 - 1)
    const drawn = await generator.bits([9]).toTypedArray()
    return [drawn, await generator.state.toTypedArray()]
  })
  const [first, ...others] = await Promise.all(states)
  expect(Array.from(first![1]!).slice(0, 4)).toEqual([2, 0, 0, 0])
  for (const other of others) expect(other).toEqual(first)
})

test('normal numbers and waiting times agree to what functions are promised to', async () => {
  for (const draw of [
    (g: r.PhiloxGenerator) => g.normal([1003], 'float32'),
    (g: r.PhiloxGenerator) => g.exponential([1003], 'float32'),
  ]) {
    const [expected, found] = [draw(philoxRng(4)), draw(philoxRng(4, { device: webgpu }))]
    expectClose(await found.toTypedArray(), await expected.toTypedArray(), { relative: 2e-3, absolute: 2e-3 }, 'draws')
  }
})

test('tensors are drawn by it', async () => {
  const weights = r.randn([3, 4], { generator: r.philoxRng(2), requiresGrad: true })
  expect(weights.isLeaf && weights.requiresGrad).toBe(true)
  const onDevice = r.rand([7], { generator: r.philoxRng(2, { device: webgpu }) })
  expect(onDevice.device).toBe(webgpu)
  expect(await onDevice.toArray()).toEqual(await r.rand([7], { generator: r.philoxRng(2) }).toArray())
  const choices = r.categorical(r.zeros([50, 3], { device: webgpu }), { generator: r.philoxRng(3, { device: webgpu }) })
  expect(new Set((await choices.toArray()) as number[])).toEqual(new Set([0, 1, 2]))
})
