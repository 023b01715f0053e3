import { benchGpu } from './lib/gpuBench.ts'
import { processLine } from './lib/processLine.ts'

await benchGpu('node', ({ command }) => processLine(command))
process.exit(0)
