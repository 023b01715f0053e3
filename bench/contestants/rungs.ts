// This project. The arguments say on which device (cpu, wasm or webgpu), and for wasm on how many threads.
import { createWasmDevice } from '@rungs/kernels-wasm'
import { createWebGpuDevice } from '@rungs/kernels-webgpu'
import { add, cpu, type Device, exp, fromTypedArray, gelu, type NDArray, tanh } from '@rungs/ndarray'
import manifest from '../../packages/rungs/package.json' with { type: 'json' }
import type { Case, Contestant, Program } from '../lib/contestant.ts'
import { startGpu } from '../lib/gpu.ts'
import { serve } from '../lib/serve.ts'
import { type Elementwise, operands } from '../suites/elementwise.ts'
import { type MatrixProduct, matrices } from '../suites/matrixProducts.ts'
import { type Reduction, reduced } from '../suites/reductions.ts'
import { trainingStep } from './rungsTwoLayerStep.ts'

serve(async () => {
  const [kind, threads] = process.argv.slice(2)
  if (kind === 'cpu') return contestant(cpu)
  if (kind === 'wasm') {
    const device = await createWasmDevice(threads === undefined ? {} : { threads: Number(threads) })
    return { ...contestant(device), about: `threads: ${device.threads}` }
  }
  const { gpu, adapter } = await startGpu()
  return { ...contestant(await createWebGpuDevice({ gpu })), adapter }
})

function contestant(device: Device): Contestant {
  const array = (values: Float32Array, shape: number[]): NDArray => fromTypedArray(values, shape, { device })

  /** A program from a call that makes a new array. */
  function repeat(call: () => NDArray): Program {
    let last: NDArray | undefined
    return {
      step() {
        last = call()
      },
      finish: () => device.turn(),
      result: () => last!.toTypedArray(),
    }
  }

  function product({ m, k, n, transposed }: MatrixProduct): Program {
    const { a, b } = matrices({ m, k, n })
    const left = transposed ? array(a, [k, m]).t() : array(a, [m, k])
    const right = array(b, [k, n])
    return repeat(() => left.mm(right))
  }

  function elementwise({ operation, size }: Pick<Elementwise, 'operation' | 'size'>): Program {
    const { x, y } = operands(size)
    const first = array(x, [size])
    const second = array(y, [size])
    const calls = {
      add: () => add(first, second),
      exp: () => exp(first),
      tanh: () => tanh(first),
      gelu: () => gelu(first),
    }
    return repeat(calls[operation])
  }

  function reduction({ axis, rows, columns }: Reduction): Program {
    const x = array(reduced(rows, columns), [rows, columns])
    return repeat(axis === null ? () => x.sum() : () => x.sum(axis))
  }

  function prepare(what: Case): Program {
    switch (what.suite) {
      case 'twoLayerStep':
        return trainingStep(what, device)
      case 'matrixProducts':
        return product(what)
      case 'elementwise':
        return elementwise(what)
      case 'reductions':
        return reduction(what)
      case 'callOverhead':
        return elementwise({ operation: 'add', size: what.size })
    }
  }

  return { version: manifest.version, prepare }
}
