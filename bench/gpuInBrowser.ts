import { fileURLToPath } from 'node:url'
import { findChromium } from '../packages/testing/src/browser/chromium.ts'
import { Absent } from './lib/contestant.ts'
import { benchGpu } from './lib/gpuBench.ts'
import { pageLine } from './lib/pageLine.ts'

const chromium = findChromium()
if (chromium === undefined) throw new Absent('no Chromium found: put one on the path, or name it in CHROMIUM_PATH')
const pages = fileURLToPath(new URL('pages', import.meta.url))
await benchGpu('chromium', (entry) => pageLine(chromium, `${pages}/${entry.contestant}`))
process.exit(0)
