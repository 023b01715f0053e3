// TensorFlow.js. The argument says on which backend: cpu, wasm or webgpu.
import * as tf from '@tensorflow/tfjs-core'
import { Absent, type Case, type Contestant, noSuchCase, type Program, type Start } from '../lib/contestant.ts'
import type { StartGpu } from '../lib/gpu.ts'
import { type Convolution, imagesOf } from '../suites/convolutions.ts'
import { type Einsum, operandsOf } from '../suites/einsum.ts'
import { type Elementwise, operands } from '../suites/elementwise.ts'
import { type MatrixProduct, matrices } from '../suites/matrixProducts.ts'
import { type Moving, moved, PAIRS, places } from '../suites/moving.ts'
import { type Ordering, ordered } from '../suites/ordering.ts'
import { type Reduction, reduced } from '../suites/reductions.ts'
import { type Rowwise, rowsOf } from '../suites/rowwise.ts'
import { deepStep } from './tfjsDeepStep.ts'
import { trainingStep } from './tfjsTwoLayerStep.ts'
// By path, for Node cannot import it by name: bundled, it fills the registry that all copies of tfjs share.
import '../node_modules/@tensorflow/tfjs-core/dist/register_all_gradients.js'

export const start: Start = async (backend, startGpu) => {
  const about = await load(backend, startGpu)
  if (!(await tf.setBackend(backend))) throw new Absent(`tfjs cannot start its ${backend} backend here`)
  await tf.ready()
  return { version: tf.version_core, prepare, ...about, ...(backend === 'wasm' ? await wasmThreads() : {}) }
}

/** Backends register themselves when they are imported; webgpu looks for `navigator.gpu` then. */
async function load(backend: string, startGpu: StartGpu): Promise<Pick<Contestant, 'about' | 'adapter'>> {
  if (backend === 'wasm') {
    const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm')
    setWasmPaths(new URL('.', import.meta.resolve('@tensorflow/tfjs-backend-wasm')).pathname)
    return {}
  }
  await import('@tensorflow/tfjs-backend-cpu')
  if (backend !== 'webgpu') return {}
  const { adapter } = await startGpu()
  await import('@tensorflow/tfjs-backend-webgpu')
  return { adapter }
}

async function wasmThreads(): Promise<Pick<Contestant, 'about'>> {
  const { getThreadsCount } = await import('@tensorflow/tfjs-backend-wasm')
  return { about: `threads: ${getThreadsCount()}` }
}

/** A program from a call that makes a new tensor; the last one is kept, and read at the end so that the work is done. */
function repeat(call: () => tf.Tensor): Program {
  let last: tf.Tensor | undefined
  return {
    step() {
      const next = call()
      last?.dispose()
      last = next
    },
    async finish() {
      const one = tf.tidy(() => tf.slice(tf.reshape(last!, [-1]), 0, 1))
      await one.data()
      one.dispose()
    },
    result: () => last!.data() as Promise<Float32Array>,
  }
}

function prepare(what: Case): Program {
  tf.disposeVariables()
  switch (what.suite) {
    case 'twoLayerStep':
      return trainingStep(what)
    case 'deepStep':
      return deepStep()
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
  const tensors = operandsOf(what).map((values, i) => tf.tensor(values, [...what.shapes[i]!]))
  if (tensors.length > 2) throw new Absent('tfjs multiplies two tensors at most in one einsum')
  return repeat(() => tf.einsum(what.equation, ...tensors))
}

function product({ m, k, n, transposed }: MatrixProduct): Program {
  const { a, b } = matrices({ m, k, n })
  const left = tf.tensor2d(a, transposed ? [k, m] : [m, k])
  const right = tf.tensor2d(b, [k, n])
  return repeat(() => tf.matMul(left, right, transposed))
}

function elementwise({ operation, size }: Pick<Elementwise, 'operation' | 'size'>): Program {
  const { x, y } = operands(size)
  const first = tf.tensor1d(x)
  const second = tf.tensor1d(y)
  const gelu = () => tf.mul(tf.mul(first, 0.5), tf.add(tf.erf(tf.mul(first, Math.SQRT1_2)), 1))
  const calls = {
    add: () => tf.add(first, second),
    exp: () => tf.exp(first),
    tanh: () => tf.tanh(first),
    gelu: () => tf.tidy(gelu),
  }
  return repeat(calls[operation])
}

function reduction({ axis, rows, columns }: Reduction): Program {
  const x = tf.tensor2d(reduced(rows, columns), [rows, columns])
  return repeat(axis === null ? () => tf.sum(x) : () => tf.sum(x, axis))
}

function move({ operation, size }: Moving): Program {
  const x = tf.tensor2d(moved(size), [size, size])
  const rows = tf.tensor1d(places(size, size, 7), 'int32')
  const [few, columns] = [7, 8].map((seed) => tf.tensor1d(places(PAIRS, size, seed), 'int32'))
  const pairs = tf.stack([few!, columns!], 1)
  const calls = {
    transpose: () => tf.transpose(x),
    slice: () => tf.stridedSlice(x, [0, size - 1], [size, -size - 1], [2, -1]),
    rows: () => tf.gather(x, rows),
    elements: () => tf.gatherND(x, pairs),
  }
  return repeat(calls[operation])
}

function order({ operation, size }: Ordering): Program {
  if (operation !== 'topk') throw new Absent('tfjs has no sort; its topk is the nearest')
  const x = tf.tensor1d(ordered(size))
  return repeat(() => {
    const { values, indices } = tf.topk(x, 10)
    indices.dispose()
    return values
  })
}

function rowByRow({ operation, ...shape }: Rowwise): Program {
  const values = rowsOf(shape)
  const x = tf.tensor2d(values.x, [shape.rows, shape.columns])
  const row = tf.tensor1d(values.row)
  return repeat(operation === 'addRow' ? () => tf.add(x, row) : () => tf.softmax(x))
}

/** Its WebGPU kernels are made for images with the channels last. */
function convolution(c: Convolution): Program {
  const { x, weight } = imagesOf(c)
  const images = tf.transpose(tf.tensor4d(x, [c.batch, c.channels, c.height, c.width]), [0, 2, 3, 1]) as tf.Tensor4D
  const filters = tf.tensor4d(weight, [c.filters, c.channels, c.size, c.size])
  const kernel = tf.transpose(filters, [2, 3, 1, 0]) as tf.Tensor4D
  const { result, ...program } = repeat(() => tf.conv2d(images, kernel, 1, c.padding))
  return { ...program, result: async () => channelsFirst(await result(), c) }
}

function channelsFirst(values: ArrayLike<number>, c: Convolution): Promise<Float32Array> {
  const images = tf.tensor4d(values as Float32Array, [c.batch, c.height, c.width, c.filters])
  return tf.transpose(images, [0, 3, 1, 2]).data() as Promise<Float32Array>
}
