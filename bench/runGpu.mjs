// Bundles what is asked for and runs it: node runGpu.mjs [--browser | --pack <folder>] [options]
import { cpSync, rmSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { BENCH, bundle, bundleContestant, bundlePage } from './lib/bundle.mjs'
import { pack } from './lib/pack.mjs'

const CONTESTANTS = ['ceilings', 'rungs', 'tfjs', 'jaxJs']
const DIST = `${BENCH}dist`

async function prepareNode() {
  await bundle('gpu.ts', `${DIST}/main.js`)
  for (const name of CONTESTANTS) await bundleContestant(name, `${DIST}/contestants/${name}.js`)
}

async function prepareBrowser() {
  await bundle('gpuInBrowser.ts', `${DIST}/main.js`)
  for (const name of [...CONTESTANTS, 'onnxWebgpu']) await bundlePage(name, `${DIST}/pages/${name}`)
  for (const file of ['ort-wasm-simd-threaded.asyncify.mjs', 'ort-wasm-simd-threaded.asyncify.wasm']) {
    cpSync(`${BENCH}node_modules/onnxruntime-web/dist/${file}`, `${DIST}/pages/onnxWebgpu/${file}`)
  }
}

const at = process.argv.indexOf('--pack')
if (at >= 0) {
  const folder = process.argv[at + 1]
  if (folder === undefined) throw new RangeError('--pack: name the folder to pack into')
  await pack(folder)
} else {
  rmSync(DIST, { recursive: true, force: true })
  await (process.argv.includes('--browser') ? prepareBrowser() : prepareNode())
  process.setSourceMapsEnabled(true)
  await import(pathToFileURL(`${DIST}/main.js`).href)
}
