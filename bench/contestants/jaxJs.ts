// jax-js. The argument says on which of its devices: wasm or webgpu.
import * as jax from '@jax-js/jax'
import { Absent, type Case, noSuchCase, type Program, type Start } from '../lib/contestant.ts'
import manifest from '../node_modules/@jax-js/jax/package.json' with { type: 'json' }
import { type Convolution, imagesOf } from '../suites/convolutions.ts'
import { type Einsum, operandsOf } from '../suites/einsum.ts'
import { type Elementwise, operands } from '../suites/elementwise.ts'
import { type MatrixProduct, matrices } from '../suites/matrixProducts.ts'
import { type Ordering, ordered } from '../suites/ordering.ts'
import { type Reduction, reduced } from '../suites/reductions.ts'
import { type Rowwise, rowsOf } from '../suites/rowwise.ts'
import { trainingStep } from './jaxJsTwoLayerStep.ts'

const np = jax.numpy

export const start: Start = async (kind, startGpu) => {
  const device = kind === 'webgpu' ? 'webgpu' : 'wasm'
  const about = device === 'webgpu' ? { adapter: (await startGpu()).adapter } : {}
  if (!(await jax.init(device)).includes(device)) throw new Absent(`jax-js cannot start its ${device} device here`)
  jax.defaultDevice(device)
  return { version: manifest.version, prepare, ...about }
}

/** Results are lazy and are only computed when they are waited for, so that has to be done before they are dropped. */
const WINDOW = 32

function repeat(call: () => jax.Array): Program {
  let results: jax.Array[] = []
  async function drain(): Promise<void> {
    await jax.blockUntilReady(results)
    const last = results.pop()!
    for (const result of results) result.dispose()
    results = [last]
  }
  return {
    step() {
      return results.push(call()) > WINDOW ? drain() : undefined
    },
    finish: drain,
    result: async () => {
      await drain()
      return (await results[0]!.ref.data()) as Float32Array
    },
  }
}

function prepare(what: Case): Program {
  switch (what.suite) {
    case 'twoLayerStep':
      return trainingStep(what)
    case 'matrixProducts':
      return product(what)
    case 'elementwise':
      return elementwise(what)
    case 'reductions':
      return reduction(what)
    case 'ordering':
      return order(what)
    case 'rowwise':
      return rowByRow(what)
    case 'convolutions':
      return convolution(what)
    case 'callOverhead':
      return elementwise({ operation: 'add', size: what.size })
    case 'einsum':
      return sumOfProducts(what)
    default:
      throw noSuchCase(what)
  }
}

function sumOfProducts(what: Einsum): Program {
  const arrays = operandsOf(what).map((values, i) => np.array(values, { shape: [...what.shapes[i]!] }))
  return repeat(() => np.einsum(what.equation, ...arrays.map((array) => array.ref)))
}

function product({ m, k, n, transposed }: MatrixProduct): Program {
  const { a, b } = matrices({ m, k, n })
  const left = np.array(a, { shape: transposed ? [k, m] : [m, k] })
  const right = np.array(b, { shape: [k, n] })
  return repeat(() => np.matmul(transposed ? np.transpose(left.ref) : left.ref, right.ref))
}

function elementwise({ operation, size }: Pick<Elementwise, 'operation' | 'size'>): Program {
  const { x, y } = operands(size)
  const first = np.array(x, { shape: [size] })
  const second = np.array(y, { shape: [size] })
  const calls = {
    add: () => np.add(first.ref, second.ref),
    exp: () => np.exp(first.ref),
    tanh: () => np.tanh(first.ref),
    gelu: () => jax.nn.gelu(first.ref, { approximate: false }),
  }
  return repeat(calls[operation])
}

function reduction({ axis, rows, columns }: Reduction): Program {
  const x = np.array(reduced(rows, columns), { shape: [rows, columns] })
  return repeat(() => np.sum(x.ref, axis))
}

function order({ operation, size }: Ordering): Program {
  if (operation === 'topk') throw new Absent('jax-js has no top-k')
  const side = Math.sqrt(size)
  const x = np.array(ordered(size), { shape: operation === 'sortRows' ? [side, side] : [size] })
  return repeat(() => np.sort(x.ref))
}

function rowByRow({ operation, ...shape }: Rowwise): Program {
  const values = rowsOf(shape)
  const x = np.array(values.x, { shape: [shape.rows, shape.columns] })
  const row = np.array(values.row, { shape: [shape.columns] })
  return repeat(operation === 'addRow' ? () => np.add(x.ref, row.ref) : () => jax.nn.softmax(x.ref, -1))
}

function convolution(c: Convolution): Program {
  const { x, weight } = imagesOf(c)
  const images = np.array(x, { shape: [c.batch, c.channels, c.height, c.width] })
  const filters = np.array(weight, { shape: [c.filters, c.channels, c.size, c.size] })
  const padding: [number, number][] = [
    [c.padding, c.padding],
    [c.padding, c.padding],
  ]
  return repeat(() => jax.lax.convGeneralDilated(images.ref, filters.ref, [1, 1], padding))
}
