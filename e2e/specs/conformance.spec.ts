import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Server, serve } from '@rungs/testing'
import { build } from 'esbuild'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { launchChromium, openUntilDone } from '../lib/chromium.ts'
import { installed } from '../lib/user.ts'

interface Result {
  readonly name: string
  readonly passed: number
  readonly failed: readonly { readonly name: string; readonly message: string }[]
}

const executable = inject('chromium')

describe.runIf(executable)('the conformance suite in Chromium', () => {
  let server: Server
  let browser: Browser
  beforeAll(async () => {
    const site = join(inject('workFolder'), 'conformance')
    mkdirSync(site, { recursive: true })
    await build({
      entryPoints: [join(import.meta.dirname, '../pages/conformance.js')],
      outfile: join(site, 'conformance.js'),
      bundle: true,
      format: 'esm',
      logLevel: 'silent',
      // The packages as they were packed.
      nodePaths: [join(await installed('@rungs/kernels-webgpu'), 'node_modules')],
    })
    writeFileSync(join(site, 'index.html'), '<!doctype html>\n<script type="module" src="conformance.js"></script>\n')
    server = await serve(site)
    browser = await launchChromium(executable!)
  })
  afterAll(async () => {
    await browser?.close()
    await server?.close()
  })

  test.each(['cpu', 'webgpu'])('passes on %s', { timeout: 240_000 }, async (device) => {
    const page = await openUntilDone(browser, `${server.origin}/?device=${device}`, 230_000)
    const { name, passed, failed } = await page.evaluate(() => (globalThis as unknown as { result: Result }).result)
    await page.close()
    console.log(`conformance in Chromium on ${name}: ${passed} passed, ${failed.length} failed`)
    expect(name).toBe(device)
    expect(passed).toBeGreaterThan(0)
    expect(failed.map((each) => `${each.name}: ${each.message}`)).toEqual([])
  })
})
