import * as nd from '@rungs/ndarray'
import { ConformanceError, conformanceCases, runConformance } from '@rungs/testing'
import { describe, expect, test } from 'vitest'
import { closures, cpu, wasm, wasmStaged, wasmThreads } from './devices.ts'

describe.each([
  ['cpu', cpu],
  ['cpu without made functions', closures],
  ['wasm', wasm],
  ['wasm on two threads', wasmThreads],
  ['wasm with arrays outside', wasmStaged],
])('%s conforms', (_, device) => {
  for (const { name, run } of conformanceCases(nd, device)) test(name, run, 120_000)
})

/** Devices with one thing wrong each. */
const sabotaged: readonly (readonly [what: string, device: nd.Device, found: string])[] = [
  [
    'ignores offsets',
    {
      ...cpu,
      map: (program, operands, scalars, layout) =>
        cpu.map(
          program,
          operands.map(({ storage, dtype, shape, strides }) => ({ storage, dtype, shape, strides, offset: 0 })),
          scalars,
          layout,
        ),
    },
    'inputs: behind an offset beside every view',
  ],
  [
    'takes the last of equal extremes',
    {
      ...cpu,
      reduce(op, program, operands, scalars, layout) {
        cpu.reduce(op, program, operands, scalars, layout)
        if (op === 'argmax' && layout.size > 6) cpu.reduce('argmin', program, operands, scalars, layout)
      },
    },
    'argmax of ties',
  ],
  ['never sums', { ...cpu, contract: () => {} }, 'products with a side of 5'],
  [
    'scans without what came before',
    { ...cpu, scan: (_, program, operands, scalars, layout) => cpu.map(program, operands, scalars, layout) },
    'running sum of float32 at every edge',
  ],
  [
    'sorts upwards only',
    { ...cpu, sort: (operands, layout) => cpu.sort(operands, layout, false) },
    'sort of int32 with ties at every edge',
  ],
  [
    'says that it has done rows, and has not',
    { ...cpu, rows: () => true },
    'row programs of every view, over each dim and all',
  ],
  ['writes nothing', { ...cpu, scatter: () => {} }, 'scatterAdd of int32 with duplicates along every dim'],
]

describe('the suite finds a device that', () => {
  test.each(sabotaged)('%s', async (_, device, found) => {
    const cases = conformanceCases(nd, device).filter(({ name }) => found === name)
    expect(cases).toHaveLength(1)
    await expect(cases[0]!.run()).rejects.toThrow(ConformanceError)
  })

  test('passes none of it, and is told so without a test runner', async () => {
    const nothing: nd.Device = {
      ...cpu,
      dtypes: new Set(['float32']),
      map: () => {},
      reduce: () => {},
      contract: () => {},
    }
    const { passed, failed } = await runConformance(nd, nothing)
    expect(failed.length).toBeGreaterThan(passed)
    expect(failed.find(({ name }) => name === 'exp of float32')?.message).toMatch(/expected .* = exp\(/)
  }, 60_000)
})
