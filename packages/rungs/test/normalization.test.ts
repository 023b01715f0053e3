import { expectClose } from '@rungs/testing'
import { describe, expect, test, vi } from 'vitest'
import * as r from '../src/index.ts'
import { type Device, type DType, manualSeed, nn, randn, type Tensor } from '../src/index.ts'
import { closures, cpu, wasm, wasmStaged, wasmThreads, webgpu, webgpuAsHardware } from './devices.ts'

// Kernels are compiled on an adapter that is a processor, on machines that do other things too.
vi.setConfig({ testTimeout: 120_000 })

interface Row {
  readonly name: string
  readonly shapes: readonly (readonly number[])[]
  /** A layer with what it needs, or a function of the inputs; new at each call. */
  readonly make: () => nn.Module | ((...inputs: Tensor[]) => unknown)
}

const row = (name: string, shapes: readonly (readonly number[])[], make: Row['make']): Row => ({ name, shapes, make })
const training = { training: true } as const
const transformer = { dimFeedforward: 40, dropout: 0.1, batchFirst: true } as const

/** Sizes that no tile divides. */
const rows: readonly Row[] = [
  row(
    'layerNorm',
    [[5, 33, 18], [18], [18]],
    () => (x, weight, bias) => r.layerNorm(x!, [18], { weight: weight!, bias: bias! }),
  ),
  row('layerNorm without weights, over two dims', [[7, 9, 5]], () => (x) => r.layerNorm(x!, [9, 5])),
  row('rmsNorm', [[5, 33, 18], [18]], () => (x, weight) => r.rmsNorm(x!, [18], { weight: weight! })),
  row(
    'groupNorm',
    [[3, 6, 5, 7], [6], [6]],
    () => (x, weight, bias) => r.groupNorm(x!, 2, { weight: weight!, bias: bias! }),
  ),
  row(
    'batchNorm',
    [[65, 11], [11], [11]],
    () => (x, weight, bias) => r.batchNorm(x!, null, null, { ...training, weight: weight!, bias: bias! }),
  ),
  row('dropout', [[3, 1003]], () => (x) => r.dropout(x!, { p: 0.3 })),
  row('featureDropout', [[5, 7, 3, 2]], () => (x) => r.featureDropout(x!)),
  row(
    'attention, causal',
    [
      [2, 3, 17, 5],
      [2, 3, 17, 5],
      [2, 3, 17, 7],
    ],
    () => (q, k, v) => r.scaledDotProductAttention(q!, k!, v!, { isCausal: true }),
  ),
  row(
    'attention with an added mask, dropped',
    [
      [3, 9, 6],
      [3, 13, 6],
      [13, 4],
      [9, 13],
    ],
    () => (q, k, v, attnMask) => r.scaledDotProductAttention(q!, k!, v!, { attnMask: attnMask!, dropoutP: 0.2 }),
  ),
  row(
    'attention with a row that sees nothing',
    [
      [2, 5, 6],
      [2, 9, 6],
      [2, 9, 4],
    ],
    () => (q, k, v) =>
      r.scaledDotProductAttention(q!, k!, v!, {
        attnMask: r.arange(5, undefined, undefined, { device: q!.device }).ne(2).unsqueeze(1),
      }),
  ),
  row('BatchNorm1d', [[9, 5, 11]], () => new nn.BatchNorm1d(5)),
  row('BatchNorm2d, cumulative', [[3, 5, 7, 4]], () => new nn.BatchNorm2d(5, { momentum: null })),
  row('BatchNorm2d, evaluating', [[1, 5, 7, 4]], () => new nn.BatchNorm2d(5).eval()),
  row(
    'MultiheadAttention',
    [
      [17, 2, 12],
      [9, 2, 12],
      [9, 2, 12],
    ],
    () => new nn.MultiheadAttention(12, 3, { addBiasKv: true }),
  ),
  row('TransformerEncoderLayer', [[2, 17, 20]], () => new nn.TransformerEncoderLayer(20, 4, transformer)),
  row(
    'TransformerDecoderLayer',
    [
      [2, 9, 20],
      [2, 17, 20],
    ],
    () => new nn.TransformerDecoderLayer(20, 4, { ...transformer, normFirst: true, activation: 'gelu' }),
  ),
]

/** Outputs, gradients of inputs and parameters, and buffers, of one pass forward and back. */
async function pass(
  { shapes, make }: Row,
  device: Device,
  dtype: DType,
): Promise<ReadonlyMap<string, ArrayLike<number>>> {
  manualSeed(3)
  const drawn = shapes.map((shape) => randn(shape, { dtype }))
  const made = make()
  const layer = made instanceof nn.Module ? made.to(dtype).to(device) : null
  const inputs = drawn.map((x) => x.to(device).detach().requiresGrad_())
  const forward = (made instanceof nn.Module ? made.forward.bind(made) : made) as (...inputs: Tensor[]) => unknown
  const returned = forward(...inputs)
  const out = (Array.isArray(returned) ? returned[0] : returned) as Tensor
  out.backward(randn(out.shape, { dtype }).to(device))
  const found: [string, Tensor][] = [
    ['output', out],
    ...inputs.map((x, i): [string, Tensor] => [`gradient ${i}`, x.grad!]),
  ]
  for (const [name, parameter] of layer?.namedParameters() ?? []) found.push([`gradient of ${name}`, parameter.grad!])
  for (const [name, buffer] of layer?.namedBuffers() ?? []) found.push([name, buffer])
  return new Map(await Promise.all(found.map(async ([name, x]) => [name, await x.toTypedArray()] as const)))
}

// Sums of some hundred numbers near 1 in another order; exponentials and roots of webgpu are a few roundings off.
const exact = { relative: 1e-5, absolute: 3e-6 }
const shader = { relative: 2e-5, absolute: 1e-5 }
const double = { relative: 1e-13, absolute: 1e-14 }

describe.for([
  ['cpu without generated code', closures, 'float32', exact],
  ['wasm', wasm, 'float32', exact],
  ['wasm in float64', wasm, 'float64', double],
  ['wasm on two threads', wasmThreads, 'float32', exact],
  ['wasm, staged', wasmStaged, 'float32', exact],
  ['webgpu', webgpu, 'float32', shader],
  ['webgpu as on hardware', webgpuAsHardware, 'float32', shader],
] as const)('on %s, as on cpu', ([, device, dtype, tolerance]) => {
  test.for(rows.map((each) => [each.name, each] as const))('%s', async ([, each]) => {
    const [expected, found] = [await pass(each, cpu, dtype), await pass(each, device, dtype)]
    expect([...found.keys()]).toEqual([...expected.keys()])
    for (const [name, numbers] of expected) expectClose(found.get(name)!, numbers, tolerance, name)
  })
})
