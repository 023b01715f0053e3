// This project. The argument says on which device: cpu, wasm, or webgpu; or "kernels", the bare kernels of equations on the cpu.
import { einsumFunction } from '@rungs/einsum'
import { createWasmDevice } from '@rungs/kernels-wasm'
import { createWebGpuDevice } from '@rungs/kernels-webgpu'
import { add, cpu, type Device, exp, fromTypedArray, gelu, type NDArray, softmax, tanh, topk } from '@rungs/ndarray'
import manifest from '../../packages/rungs/package.json' with { type: 'json' }
import { type Case, type Contestant, noSuchCase, type Program, type Start } from '../lib/contestant.ts'
import { type Einsum, operandsOf } from '../suites/einsum.ts'
import { type Elementwise, operands } from '../suites/elementwise.ts'
import { type MatrixProduct, matrices } from '../suites/matrixProducts.ts'
import { type Moving, moved, PAIRS, places } from '../suites/moving.ts'
import { type Ordering, ordered } from '../suites/ordering.ts'
import { type Reduction, reduced } from '../suites/reductions.ts'
import { type Rowwise, rowsOf } from '../suites/rowwise.ts'
import { convolution } from './rungsConvolution.ts'
import { deepStep } from './rungsDeepStep.ts'
import { kernelsOf } from './rungsKernels.ts'
import { learningStep } from './rungsLearningStep.ts'
import { trainingStep } from './rungsTwoLayerStep.ts'

export const start: Start = async (kind, startGpu) => {
  if (kind === 'wasm' || kind === 'wasm1') {
    const device = await createWasmDevice(kind === 'wasm' ? {} : { threads: 1 })
    return { ...contestantOn(device), about: `threads: ${device.threads}` }
  }
  if (kind !== 'webgpu') return contestantOn(cpu, kind === 'kernels')
  const { gpu, adapter } = await startGpu()
  return { ...contestantOn(await createWebGpuDevice({ gpu })), adapter }
}

export function contestantOn(device: Device, kernelsAlone = false): Contestant {
  const array = (values: Float32Array, shape: number[]): NDArray => fromTypedArray(values, shape, { device })

  /** A program from a call that makes a new array. */
  function repeat(call: () => NDArray): Program {
    let last: NDArray | undefined
    return {
      step() {
        const next = call()
        // As the others do: code that makes gigabytes between two turns of the event loop says what it no longer needs.
        if (device.ownsMemory) last?.dispose()
        last = next
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

  function move({ operation, size }: Moving): Program {
    const x = array(moved(size), [size, size])
    const index = (count: number, seed: number): NDArray =>
      fromTypedArray(places(count, size, seed), [count], { device })
    const [rows, few, columns] = [index(size, 7), index(PAIRS, 7), index(PAIRS, 8)]
    const calls = {
      transpose: () => x.T.clone(),
      slice: () => x.at('::2', '::-1').clone(),
      rows: () => x.at(rows),
      elements: () => x.at(few, columns),
    }
    return repeat(calls[operation])
  }

  function order({ operation, size }: Ordering): Program {
    const x = array(ordered(size), operation === 'sortRows' ? [Math.sqrt(size), Math.sqrt(size)] : [size])
    return repeat(operation === 'topk' ? () => topk(x, 10).values : () => x.sort().values)
  }

  function sumOfProducts(what: Einsum): Program {
    const arrays = operandsOf(what).map((values, i) => array(values, [...what.shapes[i]!]))
    if (kernelsAlone) return repeat(kernelsOf(what.equation, arrays))
    const run = einsumFunction<string>(what.equation)
    return repeat(() => run(...arrays))
  }

  function rowByRow({ operation, ...shape }: Rowwise): Program {
    const values = rowsOf(shape)
    const x = array(values.x, [shape.rows, shape.columns])
    const row = array(values.row, [shape.columns])
    return repeat(operation === 'addRow' ? () => add(x, row) : () => softmax(x, 1))
  }

  function prepare(what: Case): Program {
    switch (what.suite) {
      case 'twoLayerStep':
        return trainingStep(what, device)
      case 'deepStep':
        return deepStep(device)
      case 'learningStep':
        return learningStep(what, device)
      case 'matrixProducts':
        return product(what)
      case 'elementwise':
        return elementwise(what)
      case 'reductions':
        return reduction(what)
      case 'moving':
        return move(what)
      case 'ordering':
        return order(what)
      case 'rowwise':
        return rowByRow(what)
      case 'convolutions':
        return repeat(convolution(what, device))
      case 'callOverhead':
        return elementwise({ operation: 'add', size: what.size })
      case 'einsum':
        return sumOfProducts(what)
      default:
        throw noSuchCase(what)
    }
  }

  return { version: manifest.version, prepare }
}
