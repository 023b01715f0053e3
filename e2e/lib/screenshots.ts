// Makes a picture of every page, on both screens, in light and dark: pnpm screenshots [folder [path that pages begin with]]
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Server, serve } from '@rungs/testing'
import type { Browser } from 'playwright-core'
import { findOrUnpackChromium, launchChromium } from './chromium.ts'
import { DESKTOP, DIST, PHONE, pagesOf, untilStatus, visit } from './site.ts'

const [folder = 'screenshots', prefix = ''] = process.argv.slice(2)

const found = await findOrUnpackChromium(resolve('.cache/chromium'))
if (found === undefined) throw new TypeError('there is no Chromium; CHROMIUM_PATH names one')
mkdirSync(folder, { recursive: true })
const server = await serve(DIST)
const browser = await launchChromium(found)
for (const path of pagesOf().filter((each) => each.startsWith(prefix))) await picture(browser, server, path)
await browser.close()
await server.close()

async function picture(browser: Browser, { origin }: Server, path: string): Promise<void> {
  const { page, complaints } = await visit(browser, origin, path)
  if (path === '' || path.startsWith('lessons/')) {
    await untilStatus(page, /^(?:Ran|Ended)/, 240_000)
    await page.locator('.cm-content').waitFor()
  }
  for (const [screen, size] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await page.setViewportSize(size)
      // The editor draws what can be seen: let it see the whole page, and stay as tall as on a real screen.
      const heights = screen === 'phone' ? { '.cm-editor': 0.52 } : { '.cm-editor': 0.82, '.results': 0.82 }
      const rules = Object.entries(heights).map(
        ([name, part]) => `${name} { max-block-size: ${part * size.height}px !important }`,
      )
      const style = await page.addStyleTag({ content: rules.join('\n') })
      const height = await page.evaluate(() => document.documentElement.scrollHeight)
      await page.setViewportSize({ width: size.width, height: Math.min(Math.max(height, size.height), 6000) })
      await page.waitForTimeout(300)
      const name = `${path.replace(/\/$/, '').replaceAll('/', '-') || 'home'}-${screen}-${colorScheme}.png`
      await page.screenshot({ path: join(folder, name) })
      await style.evaluate((element) => element.parentNode?.removeChild(element))
    }
  }
  for (const complaint of complaints) console.log(`/${path}: ${complaint}`)
  console.log(`/${path}`)
  await page.context().close()
}
