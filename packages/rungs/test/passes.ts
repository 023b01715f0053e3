import { expectClose } from '@rungs/testing'
import { describe, expect, test, vi } from 'vitest'
import { type Device, type DType, manualSeed, nn, randn, type Tensor } from '../src/index.ts'
import { closures, cpu, wasm, wasmStaged, wasmThreads, webgpu, webgpuAsHardware } from './devices.ts'

/** A computation that is run on every device. */
export interface Row {
  readonly name: string
  readonly shapes: readonly (readonly number[])[]
  /** A layer with what it needs, or a function of the inputs; new at each call. */
  readonly make: () => nn.Module | ((...inputs: Tensor[]) => unknown)
}

export const row = (name: string, shapes: readonly (readonly number[])[], make: Row['make']): Row => ({
  name,
  shapes,
  make,
})
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

/** One test for each row and device: a pass forward and back gives what it gives on cpu. */
export function comparePasses(rows: readonly Row[]): void {
  // Kernels are compiled on an adapter that is a processor, on machines that do other things too.
  vi.setConfig({ testTimeout: 120_000 })
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
}
