// Everything that a bare Linux machine with a graphics card needs to run the checks and the benchmark: docs/gpu-machine.md.
import { execFileSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { BENCH, bundle, bundleContestant, notCarried } from './bundle.mjs'

const require = createRequire(import.meta.url)
const LIMIT = 60e6

/** Makes `folder` with two files in it, `run.sh` and `payload.tar.xz`, and says how large they are. */
export async function pack(folder) {
  const target = resolve(folder)
  const stage = mkdtempSync(join(tmpdir(), 'rungs-pack-'))
  try {
    await gather(stage)
    mkdirSync(target, { recursive: true })
    cpSync(`${BENCH}lib/runOnBareMachine.sh`, join(target, 'run.sh'))
    // xz makes 25 MB of Node where gzip makes 38.
    execFileSync('tar', ['-C', stage, '--owner=0', '--group=0', '-cJf', join(target, 'payload.tar.xz'), '.'], {
      env: { ...process.env, XZ_OPT: '-6 -T0' },
    })
  } finally {
    rmSync(stage, { recursive: true, force: true })
  }
  const bytes = readdirSync(target).reduce((sum, name) => sum + statSync(join(target, name)).size, 0)
  console.log(`Packed: ${target}, ${(bytes / 1e6).toFixed(1)} MB; there: sh run.sh <folder for the results>`)
  if (bytes > LIMIT) throw new RangeError(`the pack is larger than ${LIMIT / 1e6} MB`)
}

async function gather(stage) {
  // Peers that are CommonJS ask for Node's own modules by `require`, which a module does not have.
  const js =
    "import { createRequire as rungsRequire } from 'node:module'; const require = rungsRequire(import.meta.url);"
  const carried = { external: notCarried, sourcemap: false, minify: true, keepNames: true, banner: { js } }
  await bundle('gpu.ts', join(stage, 'bench/dist/gpu.js'), carried)
  for (const name of ['ceilings', 'rungs', 'tfjs', 'jaxJs']) {
    await bundleContestant(name, join(stage, `bench/dist/contestants/${name}.js`), carried)
  }
  for (const name of ['adapter', 'conformance', 'curves', 'profile']) {
    await bundle(`checks/${name}.ts`, join(stage, `bench/dist/${name}.js`), carried)
  }
  for (const name of readdirSync(`${BENCH}contestants`).filter((name) => name.endsWith('.py'))) {
    cpSync(`${BENCH}contestants/${name}`, join(stage, 'bench/contestants', name))
  }
  cpSync(process.execPath, join(stage, 'node'))

  const webgpu = dirname(realpathSync(require.resolve('webgpu')))
  for (const name of ['package.json', 'index.js', 'dist/linux-x64']) {
    cpSync(join(webgpu, name), join(stage, 'node_modules/webgpu', name), { recursive: true })
  }
  await unpackVulkan(join(stage, 'vulkan'))
}

/** A loader of Vulkan, alone in a folder, and a driver in software to try the pack with where there is no card. */
async function unpackVulkan(folder) {
  mkdirSync(join(folder, 'loader'), { recursive: true })
  const entry = require.resolve('@sparticuz/chromium')
  const carrier = join('@sparticuz', 'chromium')
  const archives = join(entry.slice(0, entry.lastIndexOf(carrier)), carrier, 'bin')
  const { extract } = await import('tar')
  const stream = extract({ cwd: folder, sync: true })
  stream.end(brotliDecompressSync(readFileSync(join(archives, 'swiftshader.tar.br'))))
  renameSync(join(folder, 'libvulkan.so.1'), join(folder, 'loader/libvulkan.so.1'))
}
