import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { constants, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'

/** The software adapter cannot be started; the message says what is missing. */
export class SoftwareAdapterError extends Error {
  override readonly name: string = 'SoftwareAdapterError'
}

/** From glibc's dlfcn.h, not among Node's constants: the library stays although Node gives it up. */
const RTLD_NODELETE = 0x1000
const FILES = ['libvk_swiftshader.so', 'libvulkan.so.1', 'vk_swiftshader_icd.json']
const kept = Symbol.for('@rungs/testing.softwareAdapter')

interface Kept {
  [kept]?: Promise<GPU>
}

/**
 * WebGPU on a machine with no GPU and no driver: Dawn from npm `webgpu` on SwiftShader and the Vulkan loader that npm
 * `@sparticuz/chromium` carries, unpacked once into the temporary folder. Every call gives the same object, which lives as
 * long as the process: Dawn crashes when it is collected while a device is in use.
 * @throws {SoftwareAdapterError} when a package is missing or the platform has no such files.
 */
export function startSoftwareAdapter(): Promise<GPU> {
  const holder = globalThis as Kept
  holder[kept] ??= start()
  return holder[kept]
}

async function start(): Promise<GPU> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new SoftwareAdapterError(
      `the software adapter runs on linux x64, this is ${process.platform} ${process.arch}: use a hardware adapter`,
    )
  }
  const folder = await unpack()
  process.env.VK_ICD_FILENAMES = join(folder, 'vk_swiftshader_icd.json')
  loadVulkan(join(folder, 'libvulkan.so.1'))
  const { create } = (await optional('webgpu')) as { create(options: readonly string[]): GPU }
  // The clock of its GPU is rounded otherwise, against snooping pages.
  return create(['disable-dawn-features=timestamp_quantization'])
}

/** Where the files are, unpacked by whoever came first: several processes may do so at once, one renaming wins. */
async function unpack(): Promise<string> {
  const { path, version } = locate('@sparticuz/chromium')
  const folder = join(tmpdir(), `rungs-swiftshader-${version}`)
  if (FILES.every((file) => existsSync(join(folder, file)))) return folder
  const archive = join(path, 'bin', 'swiftshader.tar.br')
  if (!existsSync(archive)) throw new SoftwareAdapterError(`@sparticuz/chromium ${version} carries no ${archive}`)
  const { extract } = await import('tar')
  const fresh = mkdtempSync(`${folder}-`)
  const stream = extract({ cwd: fresh, strict: true, sync: true, filter: (entry) => FILES.includes(entry) })
  stream.end(brotliDecompressSync(readFileSync(archive)))
  try {
    renameSync(fresh, folder)
  } catch (error) {
    rmSync(fresh, { recursive: true })
    if (!FILES.every((file) => existsSync(join(folder, file)))) throw error
  }
  return folder
}

/** Dawn asks the system for `libvulkan.so.1` by name and gets the one that is loaded already. */
function loadVulkan(file: string): void {
  try {
    process.dlopen({ exports: {} }, file, constants.dlopen.RTLD_NOW | constants.dlopen.RTLD_GLOBAL | RTLD_NODELETE)
  } catch (error) {
    // A library that is not a Node module loads and is then complained about.
    if (!String(error).includes('did not self-register')) throw error
  }
}

/** A package's folder and version, found from here as Node finds modules. */
function locate(name: string): { path: string; version: string } {
  let path: string
  try {
    path = dirname(createRequire(import.meta.url).resolve(name))
  } catch {
    throw missing(name)
  }
  // Folders inside may hold a package.json too, one that only says which kind of modules they contain.
  for (; dirname(path) !== path; path = dirname(path)) {
    const file = join(path, 'package.json')
    if (!existsSync(file)) continue
    const manifest = JSON.parse(readFileSync(file, 'utf8')) as { name?: string; version: string }
    if (manifest.name === name) return { path, version: manifest.version }
  }
  throw missing(name)
}

/** The name is a variable so that bundlers leave the import alone: the package is a binary. */
async function optional(name: string): Promise<unknown> {
  try {
    return await import(name)
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_MODULE_NOT_FOUND') throw missing(name)
    throw new SoftwareAdapterError(`the package ${name} is there but does not load: ${String(error)}`)
  }
}

const missing = (name: string): SoftwareAdapterError =>
  new SoftwareAdapterError(
    `the software adapter needs the package ${name}: pnpm add -D ${name} (see this package's pins)`,
  )
