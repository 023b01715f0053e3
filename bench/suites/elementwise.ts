import { uniform } from '../lib/data.ts'
import { erf } from '../lib/erf.ts'
import type { Column, Suite } from '../lib/suite.ts'

export interface Elementwise {
  readonly suite: 'elementwise'
  readonly operation: 'add' | 'exp' | 'tanh' | 'gelu'
  readonly size: number
}

const column = (operation: Elementwise['operation']): Column<Elementwise> => ({
  title: operation,
  what: { suite: 'elementwise', operation, size: 2 ** 20 },
})

const formulas: Readonly<Record<Elementwise['operation'], (x: number, y: number) => number>> = {
  add: (x, y) => x + y,
  exp: (x) => Math.exp(x),
  tanh: (x) => Math.tanh(x),
  gelu: (x) => 0.5 * x * (1 + erf(x / Math.SQRT2)),
}

export const elementwise: Suite<Elementwise> = {
  id: 'elementwise',
  title: 'Elementwise',
  about: 'On 2²⁰ float32 numbers between -4 and 4, into a new array. GELU is the exact one, with erf.',
  columns: [column('add'), column('exp'), column('tanh'), column('gelu')],
  expected({ operation, size }) {
    const { x, y } = operands(size)
    return Float64Array.from(x, (value, i) => formulas[operation](value, y[i]!))
  },
}

export const operands = (size: number): { x: Float32Array; y: Float32Array } => ({
  x: uniform(size, 3, 8),
  y: uniform(size, 4, 8),
})
