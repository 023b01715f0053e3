import { type Expr, expr, formulas as f } from '@rungs/ndarray'
import { Cell, type Projections } from './recurrence.ts'

/** Cells of recurrent networks: the next states, of projections of the input and of the hidden state. */

const sum = ({ x, h }: Projections): Expr => f.add(x, h)

/** `h' = tanh(W x + U h)` (J. L. Elman, Finding structure in time, 1990). */
export const tanhCell: Cell = new Cell('RnnTanh', 1, 1, ([gate]) => [f.tanh(sum(gate!))])

/** `h' = max(W x + U h, 0)`. */
export const reluCell: Cell = new Cell('RnnRelu', 1, 1, ([gate]) => {
  const next = sum(gate!)
  // Written so that the derivative at 0 is 0.
  return [expr.where(f.le(next, 0), expr.constant(0), next)]
})

/**
 * States h and c, gates i, f, g and o: `c' = σ(f) · c + σ(i) · tanh(g)`, `h' = σ(o) · tanh(c')` (S. Hochreiter and
 * J. Schmidhuber, Long short-term memory, 1997; F. A. Gers and others, Learning to forget, 2000).
 */
export const lstmCell: Cell = new Cell('Lstm', 4, 2, (gates, [, c]) => {
  const [input, forget, content, output] = gates.map(sum)
  const next = f.add(f.mul(f.sigmoid(forget!), c!), f.mul(f.sigmoid(input!), f.tanh(content!)))
  return [f.mul(f.sigmoid(output!), f.tanh(next)), next]
})

/**
 * Gates r, z and n: `n = tanh(W x + σ(r) · U h)`, `h' = σ(z) · (h - n) + n` (K. Cho and others, Learning phrase
 * representations using RNN encoder-decoder, 2014, with the reset after the product, as PyTorch has it).
 */
export const gruCell: Cell = new Cell('Gru', 3, 1, ([reset, update, content], [h]) => {
  const next = f.tanh(f.add(content!.x, f.mul(f.sigmoid(sum(reset!)), content!.h)))
  return [f.add(f.mul(f.sub(h!, next), f.sigmoid(sum(update!))), next)]
})
