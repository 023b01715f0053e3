import { cpu, createWasmDevice, setDefaultDevice } from 'rungs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readFile } from '../src/fromDisk.ts'
import { accuracy, loadDigits, trainDigits } from '../src/index.ts'

beforeAll(async () => setDefaultDevice(await createWasmDevice()))
afterAll(() => setDefaultDevice(cpu))

test.each([0, 1])('digits: forty passes read at least 97 % of the held-out ones, with seed %i', async (seed) => {
  const { train, heldOut } = await loadDigits(readFile)
  let right = 0
  for await (const { model, epoch } of trainDigits(train, { seed, epochs: 40 })) {
    if (epoch === 40) right = await accuracy(model, heldOut)
  }
  expect(right).toBeGreaterThanOrEqual(0.97)
})
