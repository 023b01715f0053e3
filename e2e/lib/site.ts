import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, relative, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { encodeCode } from '../../apps/site/src/address.ts'

const ROOT = resolve(import.meta.dirname, '../..')
export const DIST = join(ROOT, 'apps/site/dist')

/** Every page of the site, by its path: `''`, `docs/`, `lessons/01-vectorise/` … */
export const pagesOf = (folder = DIST): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /(?:^|\/)index\.html$/.test(file))
    .map((file) => relative('.', file).replace(/index\.html$/, ''))
    .sort()

export const DESKTOP = { width: 1280, height: 800 }
export const PHONE = { width: 360, height: 740 }

/** A page of the site, and what a reader would complain about. */
export interface Visit {
  readonly page: Page
  /** Warnings and errors of the console, what was thrown, what could not be loaded, what another host was asked for. */
  readonly complaints: readonly string[]
  /** Bytes that came, gzipped, by the last part of the path. */
  readonly sizes: ReadonlyMap<string, Promise<number>>
}

/** Opens a path of the site in a context of its own. */
export async function visit(
  browser: Browser,
  origin: string,
  path: string,
  options: BrowserContextOptions & { readonly before?: (page: Page) => Promise<unknown> } = {},
): Promise<Visit> {
  const { before, ...contextOptions } = options
  const context = await browser.newContext({ viewport: DESKTOP, colorScheme: 'light', ...contextOptions })
  const page = await context.newPage()
  const complaints: string[] = []
  const sizes = new Map<string, Promise<number>>()
  page.on('console', (message) => {
    if (['warning', 'error'].includes(message.type())) complaints.push(`${message.type()}: ${message.text()}`)
  })
  page.on('pageerror', (error) => complaints.push(`thrown: ${error.message}`))
  context.on('request', (request) => {
    if (!request.url().startsWith(origin) && !/^(?:blob|data):/.test(request.url())) {
      complaints.push(`asked another host: ${request.url()}`)
    }
  })
  context.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()} for ${response.url()}`)
    if (!response.url().startsWith(origin)) return
    const name = new URL(response.url()).pathname.replace(/\/$/, '/index.html').split('/').at(-1) ?? ''
    const size = response.body().then(
      (body) => (name.endsWith('.woff2') ? body.length : gzipSync(body).length),
      () => 0,
    )
    sizes.set(name, size)
  })
  await before?.(page)
  await page.goto(`${origin}/${path}`)
  return { page, complaints, sizes }
}

/** The line that says how a run goes. */
export const statusOf = async (page: Page): Promise<string> =>
  (await page.locator('.controls [role=status]').textContent()) ?? ''

/** Waits until the status line says so, and gives it. */
export async function untilStatus(page: Page, pattern: RegExp, timeout = 60_000): Promise<string> {
  await page.locator('.controls [role=status]').filter({ hasText: pattern }).waitFor({ timeout })
  return statusOf(page)
}

export const editorOf = (page: Page): ReturnType<Page['locator']> => page.locator('.cm-content')

/** Writes in front of the first line. */
export async function insertAtTop(page: Page, text: string): Promise<void> {
  await editorOf(page).click({ position: { x: 5, y: 12 } })
  await page.keyboard.press('Control+Home')
  await page.keyboard.insertText(text)
}

/** The address of a lesson that somebody has edited into `code`. */
export const sharedPath = async (path: string, code: string): Promise<string> => `${path}#${await encodeCode(code)}`

interface Violation {
  readonly id: string
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[]
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe finds wrong, on both screens, in light and dark. */
export async function violationsOf(page: Page): Promise<string[]> {
  // The page forbids what is not its own; the checker comes in through the debugger.
  await page.evaluate(axe)
  const found: string[] = []
  for (const [screen, size] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
    await page.setViewportSize(size)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await page.evaluate(twoFrames)
      // Only colours differ in the dark.
      const violations = await page.evaluate(runAxe, colorScheme === 'dark' ? ['color-contrast'] : null)
      for (const { id, nodes } of violations) {
        found.push(`${screen}, ${colorScheme}: ${id} ×${nodes.length}: ${nodes[0]?.html} (${nodes[0]?.failureSummary})`)
      }
    }
  }
  await page.setViewportSize(DESKTOP)
  await page.emulateMedia({ colorScheme: 'light' })
  return found
}

interface Axe {
  run(options: object): Promise<{ violations: Violation[] }>
}

/** Runs in the page: what watches its size has had its turn after this. */
const twoFrames = (): Promise<number> =>
  new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))

/** Runs in the page. */
async function runAxe(rules: string[] | null): Promise<Violation[]> {
  const { axe } = globalThis as unknown as { axe: Axe }
  const options = rules === null ? {} : { runOnly: { type: 'rule', values: rules } }
  return (await axe.run({ resultTypes: ['violations'], ...options })).violations
}
