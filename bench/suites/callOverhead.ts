import type { Suite } from '../lib/suite.ts'
import { operands } from './elementwise.ts'

export interface CallOverhead {
  readonly suite: 'callOverhead'
  readonly size: number
}

export const callOverhead: Suite<CallOverhead> = {
  id: 'callOverhead',
  title: 'Call overhead',
  about: 'Adding ten float32 numbers to ten others: what a call costs beside the arithmetic.',
  columns: [{ title: 'add of 10', what: { suite: 'callOverhead', size: 10 } }],
  expected({ size }) {
    const { x, y } = operands(size)
    return Float64Array.from(x, (value, i) => value + y[i]!)
  },
}
