import { fileURLToPath } from 'node:url'
import { expectCurve, findChromium, loadTraining, runInChromium } from '@rungs/testing'
import { beforeAll, describe, expect, test } from 'vitest'

// A sample that takes seconds; the packed packages run all of it in the e2e tests.
const EVERY = 6
const STEPS = 50
const TIMEOUT = 240_000

const chromium = findChromium()
if (chromium === undefined) {
  console.log('left out: tests in a browser (no Chromium on the path, and CHROMIUM_PATH names none)')
}

describe.runIf(chromium)('in headless Chromium on WebGPU', () => {
  interface Result {
    readonly cases: number
    readonly failed: readonly string[]
    readonly byHand: readonly number[]
    readonly byAutograd: readonly number[]
  }
  let result: Result
  beforeAll(async () => {
    const entry = fileURLToPath(new URL('browserPage.ts', import.meta.url))
    const query = `every=${EVERY}&steps=${STEPS}`
    result = (await runInChromium(chromium!, { entry, query, timeout: TIMEOUT })) as Result
  }, TIMEOUT)

  test('the device conforms', () => {
    expect(result.failed).toEqual([])
    expect(result.cases).toBeGreaterThan(50)
  })

  test("the two-layer network learns as PyTorch's does, by hand and by backward()", () => {
    const golden = loadTraining()
    expectCurve(result.byHand, golden.torch_manual_seed0, 'float32')
    expectCurve(result.byAutograd, golden.torch_autograd_seed0, 'float32')
  })
})
