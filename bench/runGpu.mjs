// Bundles what is asked for and runs it: node runGpu.mjs [--browser | --pack <folder>] [options]
import { rmSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { BENCH, bundle, bundleContestant } from './lib/bundle.mjs'
import { pack } from './lib/pack.mjs'

const at = process.argv.indexOf('--pack')
if (at >= 0) {
  const folder = process.argv[at + 1]
  if (folder === undefined) throw new RangeError('--pack: name the folder to pack into')
  await pack(folder)
} else {
  const dist = `${BENCH}dist`
  rmSync(dist, { recursive: true, force: true })
  await bundle('gpu.ts', `${dist}/gpu.js`)
  for (const name of ['ceilings', 'rungs', 'tfjs', 'jaxJs']) {
    await bundleContestant(name, `${dist}/contestants/${name}.js`)
  }
  process.setSourceMapsEnabled(true)
  await import(pathToFileURL(`${dist}/gpu.js`).href)
}
