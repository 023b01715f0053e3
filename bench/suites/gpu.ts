import { einsumPath } from '@rungs/einsum'
import type { Case } from '../lib/contestant.ts'
import { type Digest, samplePositions } from '../lib/digest.ts'
import type { Suite } from '../lib/suite.ts'
import { CHAINS, LOOPS } from './ceilings.ts'
import { convolutions } from './convolutions.ts'
import { BATCH, deepStep, LAYERS, WIDTH } from './deepStep.ts'
import { type Elementwise, elementwise } from './elementwise.ts'
import { learningStep } from './learningStep.ts'
import { type MatrixProduct, matrices, matrixProducts } from './matrixProducts.ts'
import { type Reduction, reductions } from './reductions.ts'
import { rowwise } from './rowwise.ts'
import { twoLayerStep } from './twoLayerStep.ts'

const cube = (size: number): MatrixProduct => ({
  suite: 'matrixProducts',
  m: size,
  k: size,
  n: size,
  transposed: false,
})

const products: Suite<MatrixProduct> = {
  ...matrixProducts,
  about: "Float32. 255, 509 and 1021 show what a size costs that no tile divides; the last is the two-layer step's.",
  columns: [
    ...[256, 255, 512, 509, 1024, 1021].map((size) => ({ title: `${size}³`, what: cube(size) })),
    {
      title: '64×1000 · 1000×100',
      what: { suite: 'matrixProducts', m: 64, k: 1000, n: 100, transposed: false },
    },
  ],
}

const steps: typeof twoLayerStep = {
  ...twoLayerStep,
  about:
    '64×1000 → 100 → 10, ReLU, sum of squared errors; forward, backward and update. Autograd: gradients derived, update ' +
    'written out. Jit: the whole step compiled (compared with our autograd).',
  columns: twoLayerStep.columns.filter(({ what }) => what.form === 'autograd' || what.form === 'jit'),
}

const LARGE = 2 ** 26
const LARGE_SIDE = 4096

/** What fills a graphics card. */
const large: Suite<MatrixProduct | Elementwise | Reduction> = {
  id: 'large',
  title: 'Large arrays',
  about: 'A 4096³ product, and the sum of two arrays and of one of 64 M numbers (256 MB).',
  columns: [
    { title: '4096³', what: cube(LARGE_SIDE) },
    { title: 'add', what: { suite: 'elementwise', operation: 'add', size: LARGE } },
    { title: 'sum', what: { suite: 'reductions', axis: null, rows: 2 ** 13, columns: 2 ** 13 } },
  ],
  expected(what, steps) {
    switch (what.suite) {
      case 'matrixProducts':
        return sampled(what)
      case 'elementwise':
        return elementwise.expected(what, steps)
      case 'reductions':
        return reductions.expected(what, steps)
    }
  },
}

/** The numbers of a product that are looked at, in float64; all of them would take minutes. */
function sampled({ m, k, n }: MatrixProduct): Digest {
  const { a, b } = matrices({ m, k, n })
  const samples = samplePositions(m * n).map((position) => {
    const [row, column] = [Math.floor(position / n), position % n]
    let sum = 0
    for (let p = 0; p < k; p++) sum += a[row * k + p]! * b[p * n + column]!
    return sum
  })
  return { size: m * n, absolute: null, weighted: null, samples }
}

export const gpuSuites = [
  products,
  steps,
  large,
  { ...elementwise, columns: elementwise.columns.filter(({ what }) => what.operation === 'add') },
  rowwise,
  reductions,
  convolutions,
  deepStep,
  learningStep,
] as readonly unknown[] as readonly Suite[]

/** On adapters in software these tell little, and take long. */
export const forHardware: ReadonlySet<string> = new Set([deepStep.id, learningStep.id, large.id])

/** Of the networks that learn: multiplications of one step forward, and weights. */
const arithmetic = {
  // 64 images: 64 pixels by 9·32, then by 288·64; 1024 numbers by 10.
  digits: { products: 64 * (64 * (9 * 32 + 288 * 64) + 1024 * 10), weights: 29_066 },
  // 1024 characters: twelve 96×96 matrices and two products with 64 characters a layer, three layers; 96 numbers by 78.
  characters: { products: 1024 * (3 * (12 * 96 ** 2 + 2 * 64 * 96) + 96 * 78), weights: 356_910 },
} as const

/** Arithmetic that a case takes at least, and bytes that have to move: what its time is held against. */
export function workOf(what: Case): { readonly operations: number; readonly bytes: number } {
  switch (what.suite) {
    case 'matrixProducts': {
      const { m, k, n } = what
      return { operations: 2 * m * k * n, bytes: 4 * (m * k + k * n + m * n) }
    }
    case 'elementwise':
      return { operations: what.size, bytes: 4 * what.size * (what.operation === 'add' ? 3 : 2) }
    case 'reductions':
      return { operations: what.rows * what.columns, bytes: 4 * what.rows * what.columns }
    case 'rowwise':
      return { operations: what.rows * what.columns, bytes: 8 * what.rows * what.columns }
    case 'convolutions': {
      const { batch, channels, height, width, filters, size } = what
      const [pixels, weights] = [batch * height * width, filters * channels * size * size]
      return { operations: 2 * pixels * weights, bytes: 4 * (pixels * (channels + filters) + weights) }
    }
    case 'twoLayerStep': {
      // Of the first product twice, of the second three times; the weights are read twice and written once.
      const [first, second] = [64 * 1000 * 100, 64 * 100 * 10]
      return { operations: 2 * (2 * first + 3 * second), bytes: 4 * 3 * (1000 * 100 + 100 * 10) }
    }
    case 'deepStep': {
      // Of each product three times, but for the gradient of the input; the weights are read twice and written once.
      const weights = LAYERS * WIDTH * WIDTH
      return { operations: 2 * BATCH * (3 * weights - WIDTH * WIDTH), bytes: 4 * 3 * weights }
    }
    case 'learningStep': {
      // Every weight multiplies once forward and twice backward; weights are read twice and written once.
      const { products, weights } = arithmetic[what.network]
      return { operations: 2 * 3 * products, bytes: 4 * 3 * weights }
    }
    case 'ceilings':
      return what.kind === 'multiplyAdd'
        ? { operations: 2 * CHAINS * LOOPS * what.size, bytes: 0 }
        : { operations: 0, bytes: 8 * what.size }
    case 'moving':
      return { operations: 0, bytes: 8 * what.size ** 2 }
    case 'ordering':
      return { operations: what.size, bytes: 12 * what.size }
    case 'callOverhead':
      return { operations: what.size, bytes: 12 * what.size }
    case 'einsum': {
      const { equation, shapes } = what
      const elements = shapes.reduce((sum, shape) => sum + shape.reduce((a, b) => a * b, 1), 0)
      return { operations: 2 * einsumPath<string>(equation, shapes).cost, bytes: 4 * elements }
    }
  }
}
