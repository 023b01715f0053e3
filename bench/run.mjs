// Bundles the runner and the contestants with the packages' sources, then runs: node run.mjs [options]
import { rmSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { BENCH, bundle, bundleContestant } from './lib/bundle.mjs'

const CONTESTANTS = ['rungs', 'plainLoops', 'tfjs', 'jaxJs', 'onnx']

rmSync(`${BENCH}dist`, { recursive: true, force: true })
await bundle('bench.ts', `${BENCH}dist/bench.js`)
for (const name of CONTESTANTS) await bundleContestant(name, `${BENCH}dist/contestants/${name}.js`)
process.setSourceMapsEnabled(true)
await import(pathToFileURL(`${BENCH}dist/bench.js`).href)
