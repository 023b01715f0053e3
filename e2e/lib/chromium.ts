import { execFileSync } from 'node:child_process'
import { createReadStream, createWriteStream, mkdirSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createBrotliDecompress } from 'node:zlib'
import { type Browser, chromium, type Page } from 'playwright-core'
import { CHROMIUM_FLAGS, type Chromium, findChromium } from '../../packages/testing/src/browser/chromium.ts'

/**
 * The machine's own Chromium, else, on linux x64, the one that npm `@sparticuz/chromium` carries, unpacked into `folder`;
 * with WebGPU in software and the libraries that a server lacks.
 */
export async function findOrUnpackChromium(folder: string): Promise<Chromium | undefined> {
  const own = findChromium()
  if (own !== undefined) return own
  return process.platform === 'linux' && process.arch === 'x64' ? await unpackChromium(folder) : undefined
}

async function unpackChromium(folder: string): Promise<Chromium> {
  const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium')
  const archives = join(entry.slice(0, entry.lastIndexOf(CARRIER)), CARRIER, 'bin')
  mkdirSync(folder, { recursive: true })
  for (const name of readdirSync(archives).filter((each) => /^(chromium|swiftshader|al2023)\b/.test(each))) {
    const file = join(folder, name.replace(/\.br$/, ''))
    const sink = createWriteStream(file, { mode: 0o755 })
    await pipeline(createReadStream(join(archives, name)), createBrotliDecompress(), sink)
    if (file.endsWith('.tar')) execFileSync('tar', ['-xf', file, '--no-same-owner'], { cwd: dirname(file) })
  }
  return { path: join(folder, 'chromium'), env: { LD_LIBRARY_PATH: join(folder, 'lib') } }
}

const CARRIER = join('@sparticuz', 'chromium')

export const launchChromium = ({ path, env }: Chromium): Promise<Browser> =>
  chromium.launch({ executablePath: path, headless: true, args: [...CHROMIUM_FLAGS], env: { ...process.env, ...env } })

/** Opens a page and gives it once `globalThis.done` is true; rejects with whatever the page throws before. */
export async function openUntilDone(browser: Browser, url: string, timeout = 60_000): Promise<Page> {
  const page = await browser.newPage()
  const thrown = new Promise<never>((_, reject) => {
    page.on('pageerror', (error) => reject(new Error(`${url}: ${error.message}`)))
    page.on('response', (response) => {
      if (response.status() >= 400 && !response.url().endsWith('/favicon.ico')) {
        reject(new Error(`${url}: ${response.status()} for ${response.url()}`))
      }
    })
  })
  try {
    await Promise.race([thrown, open(page, url, timeout)])
    return page
  } catch (error) {
    await page.close()
    throw error
  }
}

async function open(page: Page, url: string, timeout: number): Promise<void> {
  await page.addInitScript(collectPrints)
  await page.goto(url)
  await page.waitForFunction(() => (globalThis as { done?: boolean }).done === true, undefined, { timeout })
}

/** What the page's `console.log`s printed. */
export const printsOf = (page: Page): Promise<string> =>
  page.evaluate(() => (globalThis as { prints?: string[] }).prints?.join('\n') ?? '')

/** Runs in the page: `console.log` into a list, as text. */
function collectPrints(): void {
  const holder = globalThis as { prints?: string[] }
  holder.prints = []
  const inside = (value: unknown): string => (typeof value === 'string' ? `'${value}'` : show(value))
  const show = (value: unknown): string => {
    if (Array.isArray(value)) return value.length === 0 ? '[]' : `[ ${value.map(inside).join(', ')} ]`
    if (typeof value !== 'object' || value === null) return String(value)
    if (Object.getPrototypeOf(value) !== Object.prototype) return String(value)
    const entries = Object.entries(value).map(([key, part]) => `${key}: ${inside(part)}`)
    return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`
  }
  const log = console.log
  console.log = (...values: unknown[]): void => {
    holder.prints?.push(values.map(show).join(' '))
    log(...values)
  }
}
