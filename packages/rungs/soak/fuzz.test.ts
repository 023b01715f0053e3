import * as nd from '@rungs/ndarray'
import { fuzz, fuzzContractions } from '@rungs/testing'
import { expect, test } from 'vitest'
import { cpu, webgpu } from '../test/devices.ts'

test('two thousand random formulas and reductions of random views agree on cpu and webgpu', async () => {
  const report = await fuzz(nd, [cpu, webgpu], { seed: 2, graphs: 250, callsPerGraph: 8, callsPerView: 3 })
  expect(report.calls).toBe(2000)
  expect(report.exempt / report.elements).toBeLessThan(0.05)
})

test('a thousand random contractions of random views agree on cpu and webgpu', async () => {
  const report = await fuzzContractions(nd, [cpu, webgpu], { seed: 2, calls: 1000 })
  expect(report.calls).toBe(1000)
  expect(report.finished).toBeGreaterThan(300)
  expect(report.exempt / report.elements).toBeLessThan(0.05)
})
