// What browser tests run in the page, on WebGPU: every so many cases of the conformance suite, and so many steps of training.
import * as nd from '@rungs/ndarray'
import { conformanceCases } from '@rungs/testing/conformance'
import { createWebGpuDevice } from '../src/index.ts'
import { byAutograd, byHand, losses, normalData } from './runs.ts'

const query = new URLSearchParams(location.search)
const [every, steps] = [Number(query.get('every')), Number(query.get('steps'))]
const device = await createWebGpuDevice({ software: true })

const cases = conformanceCases(nd, device).filter((_, i) => i % every === 0)
const failed: string[] = []
for (const { name, run } of cases) await run().catch((error: unknown) => failed.push(`${name}: ${String(error)}`))

const result = {
  device: device.description,
  cases: cases.length,
  failed,
  byHand: await losses(byHand(normalData({ device })), steps),
  byAutograd: await losses(byAutograd(normalData({ device })), steps),
}
await fetch('/result', { method: 'POST', body: JSON.stringify(result) })
