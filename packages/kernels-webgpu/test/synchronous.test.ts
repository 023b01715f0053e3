import { add, ones } from '@rungs/ndarray'
import { startSoftwareAdapter } from '@rungs/testing'
import { expect, test, vi } from 'vitest'
import { synchronousHost } from '../src/collect.ts'
import { catchingTicks, runTicks } from '../src/ticks.ts'
import { bufferUsage, mapMode } from '../src/usage.ts'
import { softwareDevice } from './support.ts'

test('what is asked of setImmediate inside is run early, once, and what that asks for too', async () => {
  const ran: string[] = []
  catchingTicks(() =>
    setImmediate(() => {
      ran.push('first')
      setImmediate(() => ran.push('second'))
    }),
  )
  setImmediate(() => ran.push('another'))
  expect(runTicks()).toBe(true)
  expect(ran).toEqual(['first'])
  expect(runTicks()).toBe(true)
  expect(runTicks()).toBe(false)
  await new Promise((resolve) => setTimeout(resolve, 5))
  expect(ran).toEqual(['first', 'second', 'another'])
})

test('a long synchronous loop lets the GPU catch up', { timeout: 60_000 }, async () => {
  const device = await softwareDevice()
  const wait = vi.spyOn(synchronousHost()!, 'wait')
  const x = ones([4], { device })
  for (let i = 0; i < 32 * 300; i++) add(x, i).dispose()
  expect(wait).toHaveBeenCalledTimes(1)
  expect(await add(x, 1).toArray()).toEqual([2, 2, 2, 2])
})

test('waiting is over when what was submitted has run', async () => {
  const software = await startSoftwareAdapter()
  const adapter = await catchingTicks(() => software.requestAdapter())
  const gpu = await catchingTicks(() => adapter!.requestDevice())
  const source = gpu.createBuffer({ size: 2 ** 24, usage: bufferUsage.copySrc })
  const target = gpu.createBuffer({ size: 2 ** 24, usage: bufferUsage.copyDst | bufferUsage.mapRead })
  const commands = gpu.createCommandEncoder()
  commands.copyBufferToBuffer(source, 0, target, 0, 2 ** 24)
  gpu.queue.submit([commands.finish()])
  const mapped = catchingTicks(() => target.mapAsync(mapMode.read))
  expect(target.mapState).toBe('pending')
  synchronousHost()!.wait(gpu)
  expect(target.mapState).toBe('mapped')
  await mapped
  gpu.destroy()
})
