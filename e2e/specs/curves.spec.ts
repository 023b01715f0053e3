import { join } from 'node:path'
import { expectCurve, loadTraining, runInChromium } from '@rungs/testing'
import { describe, expect, inject, test } from 'vitest'

const TIMEOUT = 240_000
const chromium = inject('chromium')

describe.runIf(chromium)('training in Chromium on WebGPU', () => {
  test("learns as PyTorch's networks do for 500 steps, by hand and by backward()", { timeout: TIMEOUT }, async () => {
    const entry = join(import.meta.dirname, '../../packages/rungs/test/browserPage.ts')
    // The conformance suite has a test of its own: one case of it will do.
    const query = 'every=1000000&steps=500'
    const result = await runInChromium(chromium!, { entry, query, timeout: TIMEOUT })
    const { byHand, byAutograd } = result as Record<'byHand' | 'byAutograd', readonly number[]>
    expect([byHand.length, byAutograd.length]).toEqual([500, 500])
    const golden = loadTraining()
    expectCurve(byHand, golden.torch_manual_seed0, 'float32')
    expectCurve(byAutograd, golden.torch_autograd_seed0, 'float32')
  })
})
