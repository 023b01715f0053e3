import { add, linear, type NDArray, ones, softmax, sort, zeros } from '@rungs/ndarray'
import { beforeEach, describe, expect, test } from 'vitest'
import { fromFloat16, toFloat16 } from '../src/float16.ts'
import { createWebGpuDevice, type WebGpuDevice } from '../src/index.ts'
import { type FakeGpu, fakeGpu } from './fakeGpu.ts'

describe('float16', () => {
  test.each([
    ['one', 1, 0x3c00],
    ['minus two', -2, 0xc000],
    ['zero', 0, 0x0000],
    ['minus zero', -0, 0x8000],
    ['a third', 1 / 3, 0x3555],
    ['the largest', 65504, 0x7bff],
    ['just below half a step above the largest', 65519.996, 0x7bff],
    ['half a step above the largest', 65520, 0x7c00],
    ['infinity', Infinity, 0x7c00],
    ['minus infinity', -Infinity, 0xfc00],
    ['not a number', Number.NaN, 0x7e00],
    ['the smallest normal', 2 ** -14, 0x0400],
    ['the largest subnormal', 2 ** -14 - 2 ** -24, 0x03ff],
    ['the smallest', 2 ** -24, 0x0001],
    ['half of the smallest, to even', 2 ** -25, 0x0000],
    ['a little more than that', 2 ** -25 * 1.01, 0x0001],
    ['a tie between two, to even below', 1 + 2 ** -11, 0x3c00],
    ['a tie between two, to even above', 1 + 3 * 2 ** -11, 0x3c02],
    ['up into the next power', 2 - 2 ** -12, 0x4000],
  ])('%s', (_, value, bits) => {
    expect(toFloat16(Float32Array.of(value))).toEqual(Uint16Array.of(bits))
  })

  test('every number of it comes back', () => {
    const all = Uint16Array.from({ length: 2 ** 16 }, (_, bits) => bits)
    const numbers = all.filter((bits) => (bits & 0x7fff) <= 0x7c00)
    expect(toFloat16(fromFloat16(numbers))).toEqual(numbers)
    expect(fromFloat16(all.filter((bits) => (bits & 0x7fff) > 0x7c00)).every(Number.isNaN)).toBe(true)
  })
})

/** No software adapter that npm carries has float16: what is recorded is looked at here, what comes out on those that do. */
describe('recording float16', () => {
  let fake: FakeGpu
  let device: WebGpuDevice
  beforeEach(async () => {
    fake = fakeGpu({ features: new Set(['shader-f16']) })
    device = await createWebGpuDevice({ device: fake.device })
  })
  const half = (shape: readonly number[]): NDArray => ones(shape, { dtype: 'float16', device })
  const textsOf = async (fn: () => unknown): Promise<string[]> =>
    (await device.explain(fn)).kernels.map(({ code }) => code)

  test('elements take two bytes, are computed as float32 and rounded when stored', async () => {
    const [x, y] = [half([1000]), half([1000])]
    const [text] = await textsOf(() => add(x, y))
    expect(text).toMatch(/^enable f16;/)
    expect(text).toContain('buffer1: array<vec4<f16>>')
    expect(text).toMatch(/let x1 = Float\(buffer1\[.*\]\);/)
    expect(text).toMatch(/ = Half\(t2\);/)
  })

  test('a product is summed in float32, and its bias added before it is rounded', async () => {
    const [x, weight, bias] = [half([8, 64]), half([16, 64]), half([16])]
    const [text] = await textsOf(() => linear(x, weight, bias))
    expect(text).toContain('var sum0_0 = Float();')
    expect(text).toMatch(/let value = Half\(t2\);/)
  })

  test('a formula that finishes sums is another kernel than the same formula over arrays', async () => {
    const [x, weight, bias] = [half([1, 64]), half([8, 64]), half([8])]
    const [a, b] = [half([8]), half([8])]
    const finished = await textsOf(() => linear(x, weight, bias))
    const added = await textsOf(() => add(a, b))
    expect(finished.at(-1)).toContain('buffer1: array<vec4<f32>>')
    expect(added.at(-1)).toContain('buffer1: array<vec4<f16>>')
  })

  test('rows are summed in float32, and only what is given is rounded', async () => {
    const texts = await textsOf(() => softmax(half([8, 256]), 1))
    const [text] = texts.slice(-1)
    expect(text).toContain('var<workgroup> found: array<Float,')
    expect(text).toMatch(/let x1 = Float\(buffer1\[.*\]\);/)
    expect(text!.match(/Half\(/g)).toEqual(['Half('])
  })

  test('keys of a sort are made of float32, and elements are moved as they are', async () => {
    const x = half([100])
    const [text] = await textsOf(() => sort(x))
    expect(text).toContain('bitcast<u32>(f32(')
  })

  test('writes that would split a word are refused', () => {
    const x = zeros([6], { dtype: 'float16', device })
    expect(() => device.write(x.storage, 0, new Float32Array(3))).toThrow(
      /^write: 3 float16 elements at 0 begin or end/,
    )
    expect(() => device.write(x.storage, 1, new Float32Array(2))).toThrow(/in the middle of a word/)
    device.write(x.storage, 2, new Float32Array(4))
    const odd = zeros([5], { dtype: 'float16', device })
    device.write(odd.storage, 0, new Float32Array(5))
    expect(fake.queue.at(-1)).toMatch(/^write 12 bytes/)
  })
})
