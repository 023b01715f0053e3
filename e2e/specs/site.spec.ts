import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Server, serve } from '@rungs/testing'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { launchChromium } from '../lib/chromium.ts'
import {
  DIST,
  editorOf,
  insertAtTop,
  pagesOf,
  sharedPath,
  statusOf,
  untilStatus,
  violationsOf,
  visit,
} from '../lib/site.ts'

const executable = inject('chromium')
const pages = pagesOf()

describe('the site', () => {
  test.each(pages)('has something at every link of /%s', (path) => {
    const html = readFileSync(join(DIST, path, 'index.html'), 'utf8')
    const dead = Array.from(html.matchAll(/ (?:href|src)="([^"]*)"/g), ([, link = '']) => link).filter((link) => {
      const { protocol, pathname, hash } = new URL(link, `site:/${path}`)
      if (protocol !== 'site:') return false
      const file = join(DIST, decodeURIComponent(pathname), pathname.endsWith('/') ? 'index.html' : '')
      const isThere = existsSync(file) && (hash === '' || hasId(file, decodeURIComponent(hash.slice(1))))
      return !isThere
    })
    expect(dead).toEqual([])
  })
})

const hasId = (file: string, id: string): boolean => readFileSync(file, 'utf8').includes(` id="${id}"`)

describe.runIf(executable)('in a browser', () => {
  let server: Server
  let plain: Server
  let browser: Browser
  beforeAll(async () => {
    server = await serve(DIST)
    // A host that sends no headers.
    plain = await serve(DIST, { isolated: false })
    browser = await launchChromium(executable!)
  })
  afterAll(async () => {
    await browser?.close()
    await server?.close()
    await plain?.close()
  })

  const open = (path: string, options: Parameters<typeof visit>[3] = {}) => visit(browser, server.origin, path, options)
  const openShared = async (code: string) => {
    const visited = await open(await sharedPath('', code))
    await untilStatus(visited.page, /^This address brings an edited lesson/)
    return visited
  }
  const run = (page: Page): Promise<void> => page.getByRole('button', { name: 'Run' }).click()
  const close = (page: Page): Promise<void> => page.context().close()

  test.each(pages.filter((path) => path.startsWith('docs/') || /packages\/(?:einsum|rungs)\//.test(path)))(
    '/%s is readable for everybody',
    async (path) => {
      const { page, complaints } = await open(path)
      expect(await violationsOf(page)).toEqual([])
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
      expect(overflow).toBeLessThanOrEqual(0)
      expect(complaints).toEqual([])
      await close(page)
    },
  )

  test('no page is wider than a phone', async () => {
    const { page } = await open('', { viewport: { width: 360, height: 740 } })
    const wide: string[] = []
    for (const path of pages) {
      await page.goto(`${server.origin}/${path}`)
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
      if (overflow > 0) wide.push(`/${path}: by ${overflow} pixels`)
    }
    expect(wide).toEqual([])
    await close(page)
  })

  test("an error names its line, in the library's words, and leads there", async () => {
    const code = "import { ones } from '@rungs/ndarray'\n\nones([2]).add(ones([3]))\n"
    const { page, complaints } = await openShared(code)
    await run(page)
    const alert = page.getByRole('alert')
    await alert.waitFor()
    expect(await alert.textContent()).toContain(
      'ShapeError The size of tensor a (2) must match the size of tensor b (3)',
    )
    expect(await statusOf(page)).toBe('Ended with ShapeError in line 3.')
    await alert.getByRole('button', { name: 'Line 3' }).click()
    expect(await page.locator('.cm-failed').textContent()).toBe('ones([2]).add(ones([3]))')
    expect(complaints).toEqual([])
    await close(page)
  })

  test.each([
    ['no TypeScript', 'const a = 1\nconst = 2\n', 'Ended with CompileError in line 2.'],
    ['a package that is not there', "\n\nimport 'lodash'\n", 'Ended with CompileError in line 3.'],
    ['something thrown that is no error', "\nthrow 'words'\n", 'Ended with Thrown.'],
    [
      'a rejection that nobody waits for',
      "Promise.reject(new RangeError('late'))\nawait new Promise((r) => setTimeout(r, 200))",
      'Ended with RangeError in line 1.',
    ],
  ])('%s is an error with its line', async (_, code, status) => {
    const { page } = await openShared(code)
    await run(page)
    await page.getByRole('alert').waitFor()
    expect(await statusOf(page)).toBe(status)
    await close(page)
  })

  test.each([
    ['an endless loop', 'for (;;) {}'],
    ['an endless flood of output', 'for (let i = 0; ; i++) console.log(i)'],
    [
      'an endless flood of drawings',
      "import { lines } from '@rungs/lesson'\nconst l = [1]\nconst d = lines({ l })\nfor (;;) { l.push(l.length % 99); if (l.length > 500) l.length = 1; d.update({ l }) }",
    ],
  ])('%s leaves the page usable, and stops', async (_, code) => {
    const { page, complaints } = await openShared(code)
    await run(page)
    await untilStatus(page, /^Running/)
    await page.waitForTimeout(1500)
    // The page answers while the worker does not.
    await page.getByRole('button', { name: 'Dark colours' }).click()
    expect(await page.locator('html').getAttribute('data-theme')).toBe('dark')
    await page.getByRole('button', { name: 'Stop' }).click()
    await untilStatus(page, /^Stopped/)
    expect(await page.locator('.results .line').count()).toBeLessThanOrEqual(1001)
    expect(complaints).toEqual([])
    await close(page)
  })

  test("somebody else's lesson waits to be asked, runs, and gives way to the original", async () => {
    const { page, complaints } = await openShared("console.log('shared')\n")
    expect(await editorOf(page).textContent()).toBe("console.log('shared')")
    expect(await page.locator('.results .line, .results .panel').count()).toBe(0)
    await run(page)
    await page.locator('.results .line', { hasText: 'shared' }).waitFor()
    await page.getByRole('button', { name: 'Reset' }).click()
    await untilStatus(page, /^Ran in/)
    expect(page.url()).toBe(`${server.origin}/`)
    expect(await editorOf(page).textContent()).toContain('manualSeed(0)')
    // So does one that is pasted into the same window.
    await page.goto(`${server.origin}/${await sharedPath('', "console.log('another')\n")}`)
    await untilStatus(page, /^This address brings an edited lesson/)
    expect(await editorOf(page).textContent()).toBe("console.log('another')")
    expect(complaints).toEqual([])
    await close(page)
  })

  test('loads Graphviz for a graph that was not drawn ahead, and for no other', async () => {
    const { page, complaints, sizes } = await open('lessons/09-autograd/')
    await untilStatus(page, /^Ran in/)
    await page.locator('.graph svg').first().waitFor()
    const graphviz = (): boolean => [...sizes.keys()].some((name) => /^graph-\w+\.js$/.test(name))
    expect(graphviz()).toBe(false)
    const code =
      "import { graph } from '@rungs/lesson'\ngraph('digraph { mine -> yours [URL=\"javascript:alert(1)\"] }')\n"
    await page.goto(`${server.origin}/${await sharedPath('lessons/09-autograd/', code)}`)
    await untilStatus(page, /^This address brings an edited lesson/)
    await run(page)
    await page.locator('.graph svg', { hasText: 'yours' }).waitFor()
    expect(graphviz()).toBe(true)
    expect(await page.locator('.graph a').count()).toBe(0)
    expect(complaints).toEqual([])
    await close(page)
  })

  test('the type checker knows the packages', async () => {
    const { page, complaints } = await open('')
    await untilStatus(page, /^Ran in/)
    await editorOf(page).waitFor()
    await insertAtTop(page, "const wrong: number = 'text'\n")
    const problem = page.locator('.problems li').first()
    await problem.waitFor({ timeout: 30_000 })
    expect(await problem.textContent()).toBe("Line 1 Type 'string' is not assignable to type 'number'.")
    expect(await violationsOf(page)).toEqual([])
    expect(complaints).toEqual([])
    await close(page)
  })

  test('runs before the editor has loaded, and without it', async () => {
    const before = (page: Page): Promise<unknown> => page.route('**/editor-*.js', (route) => route.abort())
    const { page } = await open('', { before })
    await untilStatus(page, /^The editor could not be loaded/)
    expect(await page.locator('.devices [data-time=wasm]').textContent()).not.toBe('')
    await run(page)
    await untilStatus(page, /^Ran in/)
    await close(page)
  })

  test('begins with the seed that it is given', async () => {
    const { page } = await openShared("import { rand } from '@rungs/ndarray'\nconsole.log(await rand([1]).item())\n")
    const prints: (string | null)[] = []
    for (const seed of ['0', '1', '', '0']) {
      await page.getByLabel('Seed').fill(seed)
      await run(page)
      await untilStatus(page, /^Ran in/)
      prints.push(await page.locator('.results .line').last().textContent())
    }
    expect(prints[0]).toBe('0.49625658988952637')
    expect(prints[1]).not.toBe(prints[0])
    expect(prints.slice(2)).toEqual([prints[0], prints[0]])
    await close(page)
  })

  test('runs from the keyboard', async () => {
    const { page } = await open('')
    await untilStatus(page, /^Ran in/)
    await page.getByRole('button', { name: 'Reset' }).waitFor()
    await page.keyboard.press('Control+Enter')
    await untilStatus(page, /^Running on wasm/)
    await page.getByLabel('wasm').focus()
    await page.keyboard.press('ArrowLeft')
    await untilStatus(page, /on cpu/)
    await editorOf(page).focus()
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.closest('.cm-editor') === null)).toBe(true)
    await close(page)
  })

  test('says what it does without WebGPU', async () => {
    const before = (page: Page) =>
      page.addInitScript(() => Object.defineProperty(navigator, 'gpu', { value: undefined }))
    const { page, complaints } = await open('', { before })
    await untilStatus(page, /^Ran in .* on wasm/)
    expect(await page.locator('[data-note=webgpu]').textContent()).toBe(
      'This browser has no WebGPU. Lessons run on wasm or cpu instead.',
    )
    expect(await page.getByLabel('webgpu').isDisabled()).toBe(true)
    expect(await violationsOf(page)).toEqual([])
    expect(complaints).toEqual([])
    await close(page)
  })

  test('runs on WebGPU where there is some', async () => {
    const { page, complaints } = await open('')
    await untilStatus(page, /^Ran in/)
    await page.getByLabel('webgpu').check()
    await untilStatus(page, /^Ran in .* on webgpu/, 100_000)
    expect(await page.locator('.results .line').last().textContent()).toMatch(/^499 0\.0000/)
    expect(complaints).toEqual([])
    await close(page)
  })

  test('a service worker isolates the page where the host does not', async () => {
    const { page, complaints } = await visit(browser, plain.origin, '')
    await untilStatus(page, /^Ran in/)
    expect(await page.evaluate(() => globalThis.crossOriginIsolated)).toBe(true)
    expect(await page.locator('[data-note=wasm]').textContent()).toMatch(/^(?:one thread|\d threads)$/)
    expect(complaints).toEqual([])
    await close(page)
  })

  test('runs on one thread, and says so, where nothing isolates the page', async () => {
    const before = (page: Page): Promise<unknown> =>
      page.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, 'serviceWorker'))
    const { page, complaints } = await visit(browser, plain.origin, '', { before })
    await untilStatus(page, /^Ran in/)
    expect(await page.evaluate(() => typeof SharedArrayBuffer)).toBe('undefined')
    expect(await page.locator('[data-note=wasm]').textContent()).toBe(
      'one thread: this page may not share memory between threads',
    )
    expect(complaints).toEqual([])
    await close(page)
  })
})
