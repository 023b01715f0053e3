import { cpu, createWasmDevice, setDefaultDevice } from 'rungs'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { readFile } from '../src/fromDisk.ts'
import {
  accuracy,
  heldOutLoss,
  loadDigits,
  loadMobyDick,
  ngramLoss,
  trainCharacters,
  trainDigits,
} from '../src/index.ts'

// Some seconds of work, on machines that do other things too.
vi.setConfig({ testTimeout: 300_000 })

beforeAll(async () => setDefaultDevice(await createWasmDevice({ threads: 1 })))
afterAll(() => setDefaultDevice(cpu))

test('digits: five passes read more than nine tenths of the held-out ones', async () => {
  const { train, heldOut } = await loadDigits(readFile)
  const losses: number[] = []
  for await (const { model, epoch, loss } of trainDigits(train, { seed: 0, epochs: 5 })) {
    losses.push(loss)
    if (epoch === 5) expect(await accuracy(model, heldOut)).toBeGreaterThan(0.9)
  }
  expect(losses.length).toBe(5)
  expect(losses.at(-1)).toBeLessThan(losses[0]! / 3)
})

test('characters: a small transformer soon predicts better than counts of pairs', async () => {
  const text = await loadMobyDick(readFile)
  const news: number[] = []
  const small = { seed: 0, steps: 250, lr: 1e-2, width: 48, depth: 1, context: 32 }
  for await (const { model, step } of trainCharacters(text, small)) {
    news.push(step)
    if (step === 250) expect(await heldOutLoss(model, text)).toBeLessThan(ngramLoss(text, 2))
  }
  expect(news).toEqual([25, 50, 75, 100, 125, 150, 175, 200, 225, 250])
})
