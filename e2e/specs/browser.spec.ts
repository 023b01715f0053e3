import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { loadTraining, type Server, serve } from '@rungs/testing'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { launchChromium, openUntilDone } from '../lib/chromium.ts'
import { installed } from '../lib/user.ts'

/** float32 sums in another order than PyTorch's. */
const RELATIVE = 1e-5
const executable = inject('chromium')

describe.runIf(executable)('rungs.min.js in <script type="module">', () => {
  let server: Server
  let browser: Browser
  beforeAll(async () => {
    const site = join(inject('workFolder'), 'site')
    mkdirSync(site, { recursive: true })
    // The one file, and nothing beside it: it must not ask for another.
    copyFileSync(join(await installed('rungs'), 'node_modules/rungs/dist/rungs.min.js'), join(site, 'rungs.min.js'))
    for (const page of ['training.html', 'inside.html']) {
      copyFileSync(join(import.meta.dirname, '../pages', page), join(site, page))
    }
    server = await serve(site)
    browser = await launchChromium(executable!)
  })
  afterAll(async () => {
    await browser?.close()
    await server?.close()
  })

  test.each(['cpu', 'wasm', 'webgpu'])("trains the two-layer network on %s with PyTorch's losses", async (device) => {
    const page = await openUntilDone(browser, `${server.origin}/training.html?device=${device}`)
    const { losses, name, isolated } = await page.evaluate(
      () => (globalThis as unknown as { result: { losses: number[]; name: string; isolated: boolean } }).result,
    )
    await page.close()
    expect(name).toBe(device)
    expect(isolated).toBe(true)
    const golden = loadTraining().torch_autograd_seed0.first5
    const errors = golden.map((loss, i) => Math.abs((losses[i] ?? Number.NaN) - loss) / loss)
    for (const error of errors) expect(error, `losses ${losses}, PyTorch ${golden}`).toBeLessThan(RELATIVE)
  })

  test('compiles ahead, profiles and explains, ends what would fill the memory, and starts again after a loss', async () => {
    const page = await openUntilDone(browser, `${server.origin}/inside.html`)
    const result = await page.evaluate(() => (globalThis as unknown as { result: { [name: string]: unknown } }).result)
    await page.close()
    // The sum of 64 x 64 elements of 33 compiles kernels of its own.
    expect(result.sum).toBe(64 * 64 * 33)
    expect(result.compiled).toBeLessThanOrEqual(2)
    expect(result.kernels).toContain('map(add)')
    expect(result.explained).toMatch(/^\/\/ contract/)
    expect(result.explained).toContain('@compute @workgroup_size')
    expect(result.error).toMatch(/^DeviceError: webgpu: .* of arrays were made since the event loop last turned/)
    expect([result.after, result.again]).toEqual([3, 5])
  })
})
