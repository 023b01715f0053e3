// Bundles a TypeScript program with the packages' sources and runs it: node run-app.mjs src/main.ts [arguments]
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { bundle } from './lib/bundle.mjs'

const [entry, ...rest] = process.argv.slice(2)
if (!entry) throw new TypeError('run-app.mjs: expected the path of a program, for example src/main.ts')

const outfile = resolve('dist/main.js')
await bundle({ entryPoints: [entry] }, outfile).catch(() => process.exit(1)) // esbuild has said what is wrong

process.setSourceMapsEnabled(true)
process.argv = [process.execPath, outfile, ...rest]
await import(pathToFileURL(outfile).href)
