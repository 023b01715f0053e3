// Builds the site into dist/: node build.mjs [--serve [--port 8000]]
import { fileURLToPath, pathToFileURL } from 'node:url'
import { bundle } from '../../scripts/lib/bundle.mjs'

const entry = fileURLToPath(new URL('src/build/main.ts', import.meta.url))
const outfile = fileURLToPath(new URL('.cache/build.js', import.meta.url))
await bundle({ entryPoints: [entry] }, outfile).catch(() => process.exit(1)) // esbuild has said what is wrong
process.setSourceMapsEnabled(true)
await import(pathToFileURL(outfile).href)
