import { record } from '@rungs/lesson/node'
import { expectClose, expectCurve, loadTraining } from '@rungs/testing'
import { describe, expect, it, vi } from 'vitest'

const golden = loadTraining().torch_manual_seed0
const kinds = (items: readonly { readonly kind: string }[]) =>
  items.map(({ kind }) => kind).filter((kind) => kind !== 'text')

describe('with WebGPU', async () => {
  const { exports: lesson, items } = await record(() => import('../lesson.ts'))

  it("has PyTorch's losses on the GPU, which are those of the cpu", () => {
    expectCurve(lesson.losses.here, golden, 'float32')
    expectClose(lesson.losses.here, lesson.losses.cpu, { relative: 1e-5 })
  })

  it('sums in one kernel, naive and tiled, each written for its work', () => {
    expect(lesson.kernels).toEqual({ naive: ['sum(mul)'], tiled: ['contract'] })
    const [naive, tiled] = items.filter((item) => item.kind === 'code')
    expect(naive?.text).toMatch(/^@compute @workgroup_size/)
    expect(tiled?.text).toContain('fma(')
  })

  it('says in the words of PyTorch that arrays live on two devices', () => {
    expect(lesson.refusal).toMatch(
      /^Expected all tensors to be on the same device, but found at least two devices, webgpu and cpu!/,
    )
  })

  it('draws the roof and the kernels below it', () => {
    expect(kinds(items)).toEqual(['table', 'bars', 'code', 'code', 'table', 'plot'])
    const roofline = items.find((item) => item.kind === 'plot')
    expect(roofline?.lines).toMatchObject([{ points: { length: 3 } }])
    expect(roofline?.dots.map(({ name }) => name)).toEqual([
      'all products, then their sums',
      'naive',
      'tiled',
      'training step',
    ])
  })
})

describe('without WebGPU', async () => {
  vi.resetModules()
  const { openDevice, record } = await import('@rungs/lesson/node')
  const { DeviceError } = await import('@rungs/ndarray')
  const open: typeof openDevice = (name) =>
    name === 'webgpu' ? Promise.reject(new DeviceError('this browser has none')) : openDevice(name)
  const { exports: lesson, items, text } = await record(() => import('../lesson.ts'), {}, open)

  it('says so, and computes on the device that there is', () => {
    expect(text).toContain('There is no webgpu here: this browser has none')
    expect(lesson.losses.here).toEqual(lesson.losses.cpu)
    expect(kinds(items)).toEqual(['table', 'bars'])
  })
})
