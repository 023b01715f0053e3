// Bundles the programs that learn with the packages' sources, then runs them: node runLearning.mjs [options]
import { pathToFileURL } from 'node:url'
import { BENCH, bundle } from './lib/bundle.mjs'

const program = `${BENCH}dist/learning.js`
await bundle('learning.ts', program)
process.setSourceMapsEnabled(true)
await import(pathToFileURL(program).href)
