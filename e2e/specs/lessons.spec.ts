import { type Server, serve } from '@rungs/testing'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { launchChromium } from '../lib/chromium.ts'
import { DIST, editorOf, insertAtTop, pagesOf, untilStatus, violationsOf, visit } from '../lib/site.ts'

/** Bytes of a page with everything that its first run loads, gzipped; what comes with the editor is not counted. */
const BUDGET = 300_000
/** A lesson that imports `rungs` loads every package. */
const BUDGET_OF_ALL = 400_000

const executable = inject('chromium')
const lessons = pagesOf().filter((path) => path === '' || path.startsWith('lessons/'))

describe.runIf(executable)('the page of a lesson', () => {
  let server: Server
  let browser: Browser
  beforeAll(async () => {
    server = await serve(DIST)
    browser = await launchChromium(executable!)
  })
  afterAll(async () => {
    await browser?.close()
    await server?.close()
  })

  test.each(lessons)('/%s runs, can be changed, stopped and reset', async (path) => {
    const { page, complaints, sizes } = await visit(browser, server.origin, path)
    await untilStatus(page, /^Ran in .* on wasm, WebAssembly SIMD/)
    expect(await page.locator('.devices [data-time=wasm]').textContent()).toMatch(/ (?:ms|s)$/)
    await page.locator('.results .panel svg, .results .panel table, .results .panel canvas').first().waitFor()

    await editorOf(page).waitFor()
    const first = [...sizes].slice(
      0,
      [...sizes.keys()].findIndex((name) => name.startsWith('editor-')),
    )
    expect(await violationsOf(page)).toEqual([])

    // What the reader writes runs by itself, and is in the address.
    await insertAtTop(page, "console.log('edited', 6 * 7)\nawait new Promise(() => {})\n")
    await page.locator('.results .line', { hasText: 'edited 42' }).waitFor()
    expect(page.url()).toMatch(/#code=[\w-]+$/)

    await page.getByLabel('cpu').check()
    await untilStatus(page, /^Running on cpu/)
    await page.getByRole('button', { name: 'Stop' }).click()
    await untilStatus(page, /^Stopped/)

    await page.getByRole('button', { name: 'Reset' }).click()
    await untilStatus(page, /^(?:Running on cpu|Ran in .* on cpu)/)
    expect(page.url()).toBe(`${server.origin}/${path}`)
    expect(await editorOf(page).textContent()).not.toContain('edited')
    expect(complaints).toEqual([])
    await page.context().close()

    const ours = first.filter(([name]) => !/^package-(?!rungs)/.test(name))
    const total = (await Promise.all(ours.map(([, size]) => size))).reduce((a, b) => a + b, 0)
    console.log(`/${path}: ${(total / 1000).toFixed(0)} kB`)
    expect(total).toBeLessThan(first.some(([name]) => name === 'package-rungs.js') ? BUDGET_OF_ALL : BUDGET)
  })
})
