import { createWasmDevice, type WasmOptions } from '@rungs/kernels-wasm'
import * as nd from '@rungs/ndarray'
import { fuzz } from '@rungs/testing'
import { describe, expect, test } from 'vitest'
import { MEGABYTE, STEPS, settled, training, watchProcess } from './support.ts'

const small: WasmOptions = { threads: 1, maximumMemory: 8 * MEGABYTE }

describe('ten thousand steps in WebAssembly keep the process bounded', () => {
  /** Slabs of 256 kB, of which the one that is being filled and a spare one come and go. */
  const SLABS = { arrays: 2, bytes: 2 * 2 ** 18 }

  test.each<[string, WasmOptions, boolean]>([
    ['with an await in every step', { threads: 1 }, true],
    ['on two threads, with an await in every step', { threads: 2 }, true],
    ['without any await, arrays being collected in the middle', { threads: 1 }, false],
    ['with so little memory that most arrays live outside', small, true],
    ['with as little, without any await', small, false],
  ])('%s', async (_, options, waits) => {
    const device = await createWasmDevice(options)
    const step = training(device)
    for (let t = 0; t < 100; t++) await step().item()
    const before = await settled(device)
    const watch = watchProcess()
    for (let t = 0; t < STEPS; t++) {
      const loss = step()
      watch()
      if (waits) await loss.item()
    }
    const grown = watch()
    const after = await settled(device)
    expect(grown).toBeLessThan(400)
    expect(after.arrays).toBeLessThanOrEqual(before.arrays + SLABS.arrays)
    expect(after.bytes).toBeLessThanOrEqual(before.bytes + SLABS.bytes)
  })
})

test('ten thousand random formulas on random views agree with cpu', async () => {
  const device = await createWasmDevice({ threads: 1 })
  for (let seed = 1; seed <= 10; seed++) {
    const report = await fuzz(nd, [nd.cpu, device], { seed, graphs: 125, callsPerGraph: 8, callsPerView: 3 })
    expect(report.calls).toBe(1000)
    expect(report.exempt / report.elements).toBeLessThan(0.05)
  }
})
