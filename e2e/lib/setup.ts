import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import type { TestProject } from 'vitest/node'
import type { Chromium } from '../../packages/testing/src/browser/chromium.ts'
import { SoftwareAdapterError, startSoftwareAdapter } from '../../packages/testing/src/softwareAdapter.ts'
import { findOrUnpackChromium } from './chromium.ts'
import { ladder } from './ladder.ts'
import { runOrThrow } from './run.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Outside the repository, for everything that is packed, installed and bundled. */
    workFolder: string
    tarballs: Record<string, string>
    /** A Chromium, or nothing where there is none. */
    chromium: Chromium | undefined
    /** What makes the software adapter of Vulkan visible to a fresh Node. */
    vulkan: Record<string, string>
  }
}

const ROOT = resolve(import.meta.dirname, '../..')

/** Builds and packs the packages, and builds the site, once for every test. */
export async function setup(project: TestProject): Promise<() => void> {
  const workFolder = realpathSync(mkdtempSync(join(tmpdir(), 'rungs-e2e-')))
  await runOrThrow(process.execPath, ['scripts/build.mjs'], { cwd: ROOT })
  await runOrThrow('pnpm', ['site'], { cwd: ROOT })
  project.provide('workFolder', workFolder)
  project.provide('tarballs', await pack(join(workFolder, 'tarballs')))
  project.provide('vulkan', await softwareVulkan())
  const chromium = await findOrUnpackChromium(join(workFolder, 'chromium'))
  if (chromium === undefined) console.warn('left out: tests in a browser (no Chromium found; CHROMIUM_PATH names one)')
  project.provide('chromium', chromium)
  return () => {
    if (process.env.RUNGS_E2E_KEEP === undefined) rmSync(workFolder, { recursive: true, force: true })
    else console.log(`e2e: kept ${workFolder}`)
  }
}

async function pack(destination: string): Promise<Record<string, string>> {
  const tarballs: Record<string, string> = {}
  for (const { name, folder } of ladder) {
    const own = join(destination, folder)
    mkdirSync(own, { recursive: true })
    await runOrThrow('pnpm', ['pack', '--pack-destination', own], { cwd: join(ROOT, 'packages', folder) })
    const file = readdirSync(own)[0]
    if (file === undefined) throw new Error(`pnpm pack made no tarball of ${name}`)
    tarballs[name] = join(own, file)
  }
  return tarballs
}

/** The loader looks for these when Dawn asks for Vulkan; where there is no software adapter, the machine's own is used. */
async function softwareVulkan(): Promise<Record<string, string>> {
  try {
    await startSoftwareAdapter()
  } catch (error) {
    if (error instanceof SoftwareAdapterError) return {}
    throw error
  }
  const driver = process.env.VK_ICD_FILENAMES
  return driver === undefined ? {} : { VK_ICD_FILENAMES: driver, LD_LIBRARY_PATH: dirname(driver) }
}
