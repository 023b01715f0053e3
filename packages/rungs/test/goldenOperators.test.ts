import { loadOps, type Tolerance } from '@rungs/testing'
import { describe, test, vi } from 'vitest'
// @boundaries-ignore autograd's own test, on every device
import { replayOperator } from '../../autograd/test/goldenOperators.ts'
import { closures, wasm, wasmStaged, wasmThreads, webgpu, webgpuAsHardware } from './devices.ts'

vi.setConfig({ testTimeout: 120_000 })

/** Sums in another order than PyTorch's: a convolution's 27 products, of numbers up to 3, round by about 1e-6 where they cancel. */
const sums: Tolerance = { relative: 2e-6, absolute: 1e-6 }
/** In float64 only PyTorch's own roundings are left. */
const roundings: Tolerance = { relative: 2e-6, absolute: 3e-7 }
/** WGSL allows some functions errors of 2⁻¹¹ to 2⁻²² of the result or of 1; exponentials and logarithms come within this. */
const wgsl: Tolerance = { relative: 1e-5, absolute: 1e-6 }

const operators = loadOps().map((row) => [row.op, row] as const)

describe.each([
  ['cpu without made functions', 'float32', closures, sums],
  ['wasm', 'float32', wasm, sums],
  ['wasm', 'float64', wasm, roundings],
  ['wasm on two threads', 'float32', wasmThreads, sums],
  ['wasm with arrays outside', 'float32', wasmStaged, sums],
  ['webgpu', 'float32', webgpu, wgsl],
  ['webgpu as on hardware', 'float32', webgpuAsHardware, wgsl],
] as const)("PyTorch's operators on %s, %s", (_, dtype, device, tolerance) => {
  test.each(operators)('%s gives its value and its gradients', (_, row) =>
    replayOperator(row, { device, dtype }, tolerance),
  )
})
