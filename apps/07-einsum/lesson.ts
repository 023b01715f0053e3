// Lesson 7. How can a bracket make a product a thousand times faster?
import {
  EinsumError,
  ELLIPSIS,
  einsum,
  einsumFunction,
  einsumPath,
  leftToRight,
} from '@rungs/einsum'
import { bars, table } from '@rungs/lesson'
import { arange, formatTime, type NDArray, ones, rand, timeit } from '@rungs/ndarray'

// One rule: name every dim of every operand. A name that the result does not have is summed over.
const q = arange(4).reshape([2, 2]) // [[0, 1], [2, 3]]
const [as, bs] = [arange(30).reshape([3, 2, 5]), arange(60).reshape([3, 5, 4])]
const [left, weights, right] = [
  arange(10).reshape([2, 5]),
  arange(60).reshape([3, 5, 4]),
  arange(8).reshape([2, 4]),
]

export const examples: Record<string, { meaning: string; operands: NDArray[] }> = {
  'ij->ji': { meaning: 'transpose', operands: [q] },
  'ii->i': { meaning: 'diagonal', operands: [q] },
  ii: { meaning: 'trace', operands: [q] },
  'i,j->ij': { meaning: 'outer product', operands: [arange(3), arange(2).add(1)] },
  'ik,kj->ij': { meaning: 'matrix product', operands: [as.at(0), bs.at(0)] },
  'bij,bjk->bik': { meaning: 'one for each b', operands: [as, bs] },
  '...ij->...ji': { meaning: 'transpose the last two', operands: [ones([2, 3, 4, 5])] },
  'bi,ij,bj->b': { meaning: 'a quadratic form', operands: [q, q.add(1), q.add(2)] },
  'bn,anm,bm->ba': { meaning: 'bilinear layer', operands: [left, weights, right] },
}
// Try: an equation of your own, such as 'ij,ij->' or 'bij->b'. What does it compute? Guess the
// shape first.

export const results: Record<string, NDArray> = {}
const rows = Object.entries(examples).map(([equation, { meaning, operands }]) => {
  results[equation] = einsum(equation, ...operands)
  const { steps, cost } = einsumPath(equation, operands)
  const kernels = steps.map(({ kernel }) => kernel).join(', ')
  return {
    equation,
    meaning,
    gives: `(${results[equation].shape.join(', ')})`,
    kernels,
    products: cost,
  }
})
table(rows, {
  title: 'Every example: the kernels that run, and how many multiplications they make',
})

// "An index occurs at most twice in a term" and "repeated indices are summed" are rules of physics,
// not of einsum: b occurs three times in 'bi,ij,bj->b', and i is not summed in 'ii->i'.
console.log(`bi,ij,bj->b: ${await results['bi,ij,bj->b'].format()}`)

// Numbers can name dims instead of letters; ELLIPSIS stands for '...'.
export const sublists = einsum(as, [ELLIPSIS, 0, 1], bs, [ELLIPSIS, 1, 2], [ELLIPSIS, 0, 2])
const same = (await sublists.eq(results['bij,bjk->bik']).all().item()) === 1
console.log(`with numbers for letters: ${same ? 'the same' : 'something else'}`)

// A size that does not fit is shown where it is.
export let refusal = ''
try {
  einsum('ik,kj->ij', ones([2, 3]), ones([2, 3]))
} catch (error) {
  if (!(error instanceof EinsumError)) throw error
  refusal = error.message
}
console.log(refusal)

// Now the order. (u vᵀ) w and u (vᵀ w) are the same vector. The first makes a matrix on its way,
// the second a number.
const n = 4000
const [u, v, w] = [rand([n]), rand([n]), rand([n])]
const orders = {
  'left to right: (u vᵀ) w': einsumFunction('i,j,j->i', { planner: leftToRight }),
  'as planned: u (vᵀ w)': einsumFunction('i,j,j->i'),
}
const path = einsumPath('i,j,j->i', [u, v, w])
export const costs = { leftToRight: path.leftToRightCost, planned: path.cost }
console.log(String(path))
const seconds: Record<string, number> = {}
for (const [order, contraction] of Object.entries(orders)) {
  seconds[order] = (await timeit(() => contraction(u, v, w), { runs: 2 })).best
}
bars(Object.fromEntries(Object.entries(seconds).map(([order, time]) => [order, time * 1e6])), {
  title: `n = ${n}: the same vector, in two orders`,
  unit: 'µs',
  log: true,
})
const [slow, fast] = Object.values(seconds)
console.log(
  `${costs.leftToRight.toLocaleString('en')} multiplications take ${formatTime(slow)}, ` +
    `${costs.planned.toLocaleString('en')} take ${formatTime(fast)}: ` +
    `${Math.round(costs.leftToRight / costs.planned)} times fewer, ` +
    `${Math.round(slow / fast)} times faster.`,
)
const [slowly, quickly] = Object.values(orders).map((contraction) => contraction(u, v, w))
export const difference = await slowly.div(quickly).sub(1).abs().amax().item()
console.log(`They differ by a share of ${difference.toExponential(0)}, which is rounding.`)
// Try: n = 20, then 200. When does the order begin to matter? Below that a call costs more than
// what it computes.

// The bracket matters beyond toys: attention, without its softmax, is (q kᵀ) v, or q (kᵀ v).
const [length, width] = [2048, 32]
const words = [length, width]
export const attention = einsumPath('qd,kd,ke->qe', [words, words, words])
table(
  [
    {
      order: '(q kᵀ) v, left to right',
      'first step': 'qd,kd->qk',
      products: attention.leftToRightCost,
    },
    { order: 'as planned', 'first step': attention.steps[0].equation, products: attention.cost },
  ],
  { title: `${length} words of ${width} numbers each: what "linear attention" is about` },
)
// Try: [length, width] = [16, 32]. What does the plan begin with now?
