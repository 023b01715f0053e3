import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

/** What a page loads for a package: one bundle, minified, and the WebAssembly that goes with it. In bytes. */
export interface PackageSize {
  readonly title: string
  readonly minified: number
  readonly gzipped: number
  /** WebAssembly files, gzipped; 0 where there are none. */
  readonly wasmGzipped: number
  /** Why there are no sizes. */
  readonly absent?: string
}

interface Row {
  readonly title: string
  readonly imports: readonly string[]
  /** Files beside the bundle, of which a browser loads one. */
  readonly wasm?: { readonly of: string; readonly file: string }
}

const BENCH = fileURLToPath(new URL('..', import.meta.url))
const packagesFolder = new URL('../../packages/', import.meta.url)

/** Ours, from the folder, so that a new package needs no line here. */
function ours(): Row[] {
  const manifests = readdirSync(packagesFolder).map((folder) => {
    const manifest = readFileSync(new URL(`${folder}/package.json`, packagesFolder), 'utf8')
    return JSON.parse(manifest) as { name: string; private?: boolean }
  })
  const names = manifests.filter((manifest) => !manifest.private).map(({ name }) => name)
  return names.map((name) => ({ title: name, imports: [name] }))
}

/** With the gradients, since most of ours has them. */
const tfjs = (backend: string): string[] => [
  '@tensorflow/tfjs-core',
  '@tensorflow/tfjs-core/dist/register_all_gradients.js',
  `@tensorflow/tfjs-backend-${backend}`,
]

const peers: readonly Row[] = [
  { title: 'tfjs-core + cpu', imports: tfjs('cpu') },
  {
    title: 'tfjs-core + wasm',
    imports: tfjs('wasm'),
    wasm: { of: '@tensorflow/tfjs-backend-wasm', file: 'tfjs-backend-wasm-simd.wasm' },
  },
  { title: 'tfjs-core + webgpu', imports: tfjs('webgpu') },
  { title: '@jax-js/jax', imports: ['@jax-js/jax'] },
  {
    title: 'onnxruntime-web/wasm',
    imports: ['onnxruntime-web/wasm'],
    wasm: { of: 'onnxruntime-web', file: 'ort-wasm-simd-threaded.wasm' },
  },
  {
    title: 'onnxruntime-web/webgpu',
    imports: ['onnxruntime-web/webgpu'],
    wasm: { of: 'onnxruntime-web', file: 'ort-wasm-simd-threaded.asyncify.wasm' },
  },
]

/** Each package with everything it exports and everything below it. */
export async function packageSizes(): Promise<PackageSize[]> {
  const sizes: PackageSize[] = []
  for (const row of [...ours(), ...peers]) sizes.push(await sizeOf(row))
  return sizes
}

async function sizeOf({ title, imports, wasm }: Row): Promise<PackageSize> {
  try {
    const result = await build({
      stdin: {
        contents: imports.map((name, i) => `import * as p${i} from '${name}'; export { p${i} }`).join('\n'),
        resolveDir: BENCH,
      },
      bundle: true,
      minify: true,
      write: false,
      format: 'esm',
      platform: 'browser',
      target: 'es2022',
      conditions: ['@rungs/source'],
      // The parts of a peer that look for Node are dead code in a page.
      external: ['fs', 'path', 'crypto', 'util', 'os', 'perf_hooks', 'worker_threads', 'module', 'node:*'],
      logLevel: 'silent',
    })
    const code = result.outputFiles[0]!.contents
    return {
      title,
      minified: code.length,
      gzipped: gzipped(code),
      wasmGzipped: wasm ? gzipped(readFileSync(`${distOf(wasm.of)}/${wasm.file}`)) : 0,
    }
  } catch (error) {
    const reason =
      String((error as Error).message)
        .split('\n')
        .find((line) => line.includes('ERROR')) ?? String(error)
    return { title, minified: 0, gzipped: 0, wasmGzipped: 0, absent: reason }
  }
}

const gzipped = (bytes: Uint8Array): number => gzipSync(bytes, { level: 9 }).length
const distOf = (name: string): string => dirname(createRequire(import.meta.url).resolve(name))
