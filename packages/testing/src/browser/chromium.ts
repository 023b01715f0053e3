import { type ChildProcess, spawn } from 'node:child_process'
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

/** A browser to start, and what its environment needs beside ours. */
export interface Chromium {
  readonly path: string
  readonly env: Readonly<Record<string, string>>
}

/** The browser could not be started, or went away; the message has its last words. */
export class ChromiumError extends Error {
  override readonly name: string = 'ChromiumError'
}

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']

/** `CHROMIUM_PATH`, else the first browser of that family on the path. */
export function findChromium(): Chromium | undefined {
  const given = process.env.CHROMIUM_PATH
  if (given !== undefined && given !== '') return { path: given, env: {} }
  const folders = (process.env.PATH ?? '').split(delimiter)
  const path = NAMES.flatMap((name) => folders.map((each) => join(each, name))).find(isExecutable)
  return path === undefined ? undefined : { path, env: {} }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** The first one switches WebGPU on, in software where there is no GPU; the others keep the browser from the network. */
export const CHROMIUM_FLAGS: readonly string[] = [
  '--enable-unsafe-webgpu',
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export interface OpenPage {
  /** Rejects with a `ChromiumError` when the browser ends before it is closed. */
  readonly ended: Promise<never>
  close(): Promise<void>
}

/** Opens a page without a window, in a browser of its own that knows nothing and forgets everything. */
export function openInChromium({ path, env }: Chromium, url: string): OpenPage {
  const profile = mkdtempSync(join(tmpdir(), 'rungs-chromium-'))
  const flags = ['--headless', `--user-data-dir=${profile}`, ...CHROMIUM_FLAGS]
  const child = spawn(path, [...flags, url], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
    // A group of its own: the browser is many processes, and they end together.
    detached: true,
  })
  let complaint = ''
  child.stderr.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-2000)
  })
  let closing = false
  const closed = new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message))
    child.on('close', (code, signal) => resolve(`it ended with ${signal ?? code}: ${complaint.trim()}`))
  })
  const ended = new Promise<never>((_, reject) => {
    void closed.then((why) => {
      if (!closing) reject(new ChromiumError(`${path}: ${why}`))
    })
  })
  ended.catch(() => {}) // whoever waits for it hears it; nobody has to
  async function close(): Promise<void> {
    closing = true
    killGroup(child)
    await closed
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  }
  return { ended, close }
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    // It ended by itself.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
