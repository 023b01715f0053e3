import * as nd from '@rungs/ndarray'
import { FuzzError, type FuzzOptions, fuzz, fuzzContractions } from '@rungs/testing'
import { expect, test } from 'vitest'
import { closures, cpu, wasm, wasmStaged, wasmThreads, webgpu, webgpuAsHardware } from './devices.ts'

const options: FuzzOptions = { seed: 1, graphs: 125, callsPerGraph: 8, callsPerView: 3 }
/** 17 of one operand, 21 of two, where, cast, and the leaves: inputs, scalars, coordinates, constants. */
const OPERATORS = 44
const VIEWS = 22

test.each([
  ['cpu with and without made functions', [cpu, closures]],
  ['cpu and wasm on one thread and two, and with arrays outside', [cpu, wasm, wasmThreads, wasmStaged]],
  ['cpu and webgpu', [cpu, webgpu]],
  ['cpu and webgpu as on hardware', [cpu, webgpuAsHardware]],
])(
  'a thousand random formulas on random views agree: %s',
  async (_, devices) => {
    const report = await fuzz(nd, devices, options)
    expect(report.calls).toBe(1000)
    expect(report.graphs).toBeGreaterThanOrEqual(100)
    expect([report.operators.size, report.views.size]).toEqual([OPERATORS, VIEWS])
    // Elements too near a jump (a rounding, a comparison, an overflow) for anything to be promised.
    expect(report.exempt / report.elements).toBeLessThan(0.05)
  },
  300_000,
)

test('the fuzz finds a device that adds where it should multiply', async () => {
  const off: nd.Device = {
    ...cpu,
    map(program, operands, scalars, layout) {
      const nodes = program.nodes.map((node) => (node.op === 'mul' ? { ...node, op: 'add' as const } : node))
      cpu.map({ ...program, id: program.id + 1_000_000, nodes }, operands, scalars, layout)
    },
  }
  await expect(fuzz(nd, [off], options)).rejects.toThrow(FuzzError)
  await expect(fuzz(nd, [off], options)).rejects.toThrow(/seed 1, graph \d+, call \d+: .*mul\(/)
})

// Three thousand calls on other seeds are in the soak.
test.each([
  ['cpu with and without made functions', [cpu, closures]],
  ['cpu and wasm on one thread and two, and with arrays outside', [cpu, wasm, wasmThreads, wasmStaged]],
  ['cpu and webgpu', [cpu, webgpu]],
])(
  'random contractions of random views agree: %s',
  async (_, devices) => {
    const report = await fuzzContractions(nd, devices, { seed: 1, calls: 100 })
    expect(report.calls).toBe(100)
    expect(report.finished).toBeGreaterThan(20)
    expect(report.exempt / report.elements).toBeLessThan(0.05)
  },
  300_000,
)

test.each<[string, nd.Device['contract']]>([
  ['forgets what follows the sum', (a, b, out, layout) => cpu.contract(a, b, out, layout, null)],
  [
    'takes the first matrix of a batch for all',
    (a, b, out, layout, epilogue) => {
      const { batch } = layout
      batch.row(0).fill(0)
      cpu.contract(a, b, out, layout, epilogue)
    },
  ],
])('the fuzz finds a device that %s', async (_, contract) => {
  await expect(fuzzContractions(nd, [{ ...cpu, contract }], { seed: 1, calls: 100 })).rejects.toThrow(FuzzError)
})
