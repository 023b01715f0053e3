import { cpu, DeviceError, defaultDevice, RungsError, randn } from '@rungs/ndarray'
import { expect, it, vi } from 'vitest'
import { findDevice, type Host, lines, runLesson, setHost } from '../src/index.ts'
import { openDevice, record } from '../src/node/index.ts'

it('says how to run a lesson that nobody hosts', async () => {
  vi.resetModules()
  const { table } = await import('../src/index.ts')
  expect(() => table([])).toThrow('run it with `pnpm lesson`')
})

it('runs a lesson with its device as the default and its seed, and puts the device back', async () => {
  const wasm = await openDevice('wasm')
  const first = () =>
    record(async () => ({ device: defaultDevice(), value: await randn([1]).item() }), { device: 'wasm', seed: 0 })
  const { exports } = await first()
  expect(exports.device).toBe(wasm)
  expect((await first()).exports.value).toBe(exports.value)
  // PyTorch after torch.manual_seed(0).
  expect(exports.value).toBeCloseTo(1.541, 4)
  expect(defaultDevice()).toBe(cpu)
})

it('puts the device back also where a lesson fails, and hands its error on', async () => {
  const failing = record(() => Promise.reject(new RangeError('line 3')), { device: 'wasm' })
  await expect(failing).rejects.toThrow('line 3')
  expect(defaultDevice()).toBe(cpu)
})

it('keeps what is shown and said, each as it was in the end', async () => {
  const { items, text } = await record(async () => {
    const chart = lines({ loss: [] })
    console.log('a number: %d', 3)
    console.warn('careful')
    chart.update({ loss: [1] })
  })
  expect(items).toMatchObject([
    { kind: 'plot', lines: [{ points: [[0, 1]] }] },
    { kind: 'text', level: 'log', text: 'a number: 3' },
    { kind: 'text', level: 'warn', text: 'careful' },
  ])
  expect(text).toBe('a number: 3\ncareful')
})

it('opens each device once', async () => {
  expect(await openDevice('cpu')).toBe(cpu)
  expect(await openDevice('wasm')).toBe(await openDevice('wasm'))
  expect((await openDevice('webgpu')).name).toBe('webgpu')
})

it('says on the console which device is missing and why, and lets other errors through', async () => {
  const host = (error: Error): Host => ({ show: () => {}, openDevice: () => Promise.reject(error) })
  const log = vi.spyOn(console, 'log').mockImplementation(() => {})
  setHost(host(new DeviceError('no adapter')))
  expect(await findDevice('webgpu')).toBeNull()
  expect(log).toHaveBeenCalledWith('There is no webgpu here: no adapter')
  log.mockRestore()
  setHost(host(new RungsError('something else')))
  await expect(findDevice('webgpu')).rejects.toThrow('something else')
})

it('refuses to run a lesson on a device that is not there', async () => {
  const host: Host = { show: () => {}, openDevice: () => Promise.reject(new DeviceError('no adapter')) }
  await expect(runLesson(host, { device: 'webgpu', seed: 0 }, async () => 1)).rejects.toThrow(DeviceError)
})
