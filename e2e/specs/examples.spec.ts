import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { serve } from '@rungs/testing'
import { transform } from 'esbuild'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { bundlers } from '../lib/bundlers.ts'
import { launchChromium, openUntilDone, printsOf } from '../lib/chromium.ts'
import { brokenPromises, type Example, exampleOf } from '../lib/example.ts'
import { ladder } from '../lib/ladder.ts'
import { run } from '../lib/run.ts'
import { installed } from '../lib/user.ts'

const TSC = join(import.meta.dirname, '../node_modules/.bin/tsc')

const executable = inject('chromium')
let browser: Browser | undefined
beforeAll(async () => {
  if (executable !== undefined) browser = await launchChromium(executable)
})
afterAll(() => browser?.close())

describe.each(ladder)('the README example of $name, installed alone', ({ name, peers }) => {
  let folder = ''
  let example: Example
  beforeAll(async () => {
    folder = await installed(name, { withPeers: Object.keys(peers).length > 0 })
    example = exampleOf(name)
    const typescript = `${example.code}\nObject.assign(globalThis, { done: true })\n`
    const { code } = await transform(typescript, { loader: 'ts', format: 'esm', target: 'es2022' })
    writeFileSync(join(folder, 'main.ts'), typescript)
    writeFileSync(join(folder, 'main.js'), code)
  })

  test('passes the compiler', async () => {
    const options = { target: 'es2022', module: 'nodenext', lib: ['es2023', 'dom', 'esnext.disposable'], types: [] }
    const compilerOptions = { ...options, strict: true, noEmit: true, skipLibCheck: false }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['main.ts'] }))
    const { status, stdout } = await run(TSC, ['-p', '.'], { cwd: folder })
    expect(status, stdout).toBe(0)
  })

  test('prints in plain Node what it promises', async () => {
    const { status, stdout, stderr } = await run(process.execPath, ['main.js'], { cwd: folder, env: inject('vulkan') })
    expect(status, stderr).toBe(0)
    expect(brokenPromises(example, stdout), stdout).toEqual([])
  })

  test('prints in Node what it promises, bundled by esbuild', async () => {
    const script = join(await bundlers.esbuild(folder), 'main.js')
    const { status, stdout, stderr } = await run(process.execPath, [script], { cwd: folder, env: inject('vulkan') })
    expect(status, stderr).toBe(0)
    expect(brokenPromises(example, stdout), stdout).toEqual([])
  })

  describe.each(Object.entries(bundlers))('through %s', (_, bundle) => {
    test.runIf(executable)('prints in Chromium what it promises', async () => {
      const server = await serve(await bundle(folder))
      try {
        const page = await openUntilDone(browser!, `${server.origin}/`)
        const prints = await printsOf(page)
        await page.close()
        expect(brokenPromises(example, prints), prints).toEqual([])
      } finally {
        await server.close()
      }
    })
  })
})
