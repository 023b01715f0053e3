// What the adapter says about itself: node adapter.js <folder for the result>
import { mkdirSync, writeFileSync } from 'node:fs'
import { startGpu } from '../lib/gpuInNode.ts'

const [folder = '.'] = process.argv.slice(2)
try {
  const { gpu, adapter } = await startGpu()
  const { features, limits } = (await gpu.requestAdapter({ powerPreference: 'high-performance' }))!
  const names = Object.keys(Object.getOwnPropertyDescriptors(Object.getPrototypeOf(limits)))
  const numbers = names.map((name) => [name, limits[name as keyof GPUSupportedLimits]] as const)
  const known = Object.fromEntries(numbers.filter(([, value]) => typeof value === 'number'))
  mkdirSync(folder, { recursive: true })
  const result = { ...adapter, features: [...features].sort(), limits: known }
  writeFileSync(`${folder}/adapter.json`, `${JSON.stringify(result, null, 2)}\n`)
  console.log(`adapter: ${adapter.name}${adapter.isSoftware ? ' (in software)' : ''}`)
  console.log(`features: ${result.features.join(' ')}`)
  process.exit(0)
} catch (error) {
  console.log(error instanceof Error ? error.message : String(error))
  process.exit(1)
}
