import { array, ones, type Shape } from '@rungs/ndarray'
import { expect, test } from 'vitest'
import {
  EinsumError,
  einsum,
  einsumFunction,
  einsumPath,
  greedy,
  leftToRight,
  optimal,
  type Planner,
} from '../src/index.ts'
import { thrown } from './support.ts'

test.for<[equation: string, shapes: Shape[], shown: string]>([
  [
    'ik,kj->ij',
    [
      [2, 3],
      [2, 4],
    ],
    '  ik,kj->ij   of (2, 3), (2, 4)\n     ^',
  ],
  ['ij, jk', [[2, 3]], '  ij, jk   of (2, 3)\n     ^^^'],
  ['ij', [[2, 3], [3]], '  ij   of (2, 3), (3,)\n    ^'],
  ['i1', [[2, 3]], '  i1\n   ^'],
  ['ij->ik', [[2, 3]], '  ij->ik\n       ^'],
  ['ij->iji', [[2, 3]], '  ij->iji\n        ^'],
  ['i..', [[2, 3]], '  i..\n   ^'],
  ['...i...', [[2, 3]], '  ...i...\n      ^^^'],
  ['abc,αβ->a', [[1, 2, 3], [2]], '  abc,αβ->a   of (1, 2, 3), (2,)\n      ^^'],
  [
    '𝔸𝔹,𝔹ℂ',
    [
      [2, 3],
      [4, 5],
    ],
    '  𝔸𝔹,𝔹ℂ   of (2, 3), (4, 5)\n     ^',
  ],
  ['ii', [[2, 3]], '  ii   of (2, 3)\n   ^'],
  [
    '...i,i...',
    [
      [2, 3],
      [3, 4],
    ],
    '  ...i,i...   of (2, 3), (3, 4)\n        ^^^',
  ],
  ['i\nj', [[2]], '  i j   of (2,)\n  ^^^'],
  [',a', [[2], [3]], '  ,a   of (2,), (3,)\n  ^'],
])("'%s' shows where it is wrong", ([equation, shapes, shown]) => {
  const error = thrown(() => einsum(equation, ...shapes.map((shape) => ones(shape))))
  expect(error).toBeInstanceOf(EinsumError)
  expect(error.message.slice(error.message.indexOf('\n') + 1)).toBe(shown)
})

const x = ones([2, 2])
const badCalls: readonly (readonly [name: string, call: () => unknown, text: string])[] = [
  ['nothing', () => (einsum as () => unknown)(), 'must specify the equation string and at least one operand'],
  ['an equation alone', () => einsum('' as string), 'fewer operands were provided than specified in the equation'],
  ['a nested list', () => einsum('ij', [[1]] as never), 'operand 0 is a list, not an array; make one with array(…)'],
  ['undefined', () => einsum('i,i', array([1]), undefined as never), 'operand 1 is undefined, not an array'],
  [
    'arrays without an equation',
    () => einsum(x, x as never),
    'expected a list of subscripts for operand 0, got object',
  ],
  [
    'a letter in a sublist',
    () => einsum(x, [0, 'i' as never]),
    'not within the valid range [0, 52), or ELLIPSIS: got i',
  ],
  ['an unknown option', () => einsumFunction('ij', { memory: 3 } as never), "unexpected keyword argument 'memory'"],
  ['a planner by name', () => einsumFunction('ij', { planner: 'greedy' as never }), 'a planner is a function'],
  [
    'shapes one after another',
    () => einsumPath('i,i', [2] as never, [2] as never),
    'takes one list of shapes or arrays',
  ],
  ['a limit of nothing', () => einsumPath('ij', [[2, 2]], { memoryLimit: 0 }), 'a number of elements above 0, got 0'],
  [
    'a limit that no order keeps',
    () =>
      einsumPath(
        'ab,bc,cd->ad',
        [
          [9, 9],
          [9, 9],
          [9, 9],
        ],
        { memoryLimit: 80 },
      ),
    'found no order within memoryLimit = 80 elements (optimal tries all); without it the largest has 81\n  ab,bc,cd->ad',
  ],
  [
    'a limit that this planner does not keep',
    () => einsumPath('a,b,a->b', [[20], [20], [20]], { planner: leftToRight, memoryLimit: 20 }),
    'the planner found no order within memoryLimit = 20 elements (optimal tries all); without it the largest has 400',
  ],
  [
    'NumPy’s list of operands',
    () => einsumPath('ij,jk->ik', x as never, x as never),
    "takes one list of shapes or arrays: einsumPath('ij,jk->ik', [[2, 3], [3, 4]])",
  ],
  ['a negative size', () => einsumPath('ij', [[2, -3]]), 'takes one list of shapes or arrays'],
  ['a size that is not whole', () => einsumPath('ij', [[2, 0.5]]), 'got 2,0.5'],
  [
    'a plan that takes an array twice',
    () =>
      einsumPath('a,a,a->', [[2], [2], [2]], {
        planner: () => [
          [0, 1],
          [0, 2],
        ],
      }),
    'a plan contracts 0 and 2, and there are 2, 3',
  ],
  [
    'a plan that ends early',
    () => einsumPath('a,a->', [[2], [2]], { planner: () => [] }),
    'a plan of 0 pairs leaves 2 arrays',
  ],
  [
    'the optimal order of many',
    () => einsumPath(Array(17).fill('a').join(), Array(17).fill([2]), { planner: optimal }),
    'optimal takes at most 16 operands, got 17; use greedy',
  ],
]
test.for(badCalls)('%s is refused', ([, call, text]) => {
  const error = thrown(call)
  expect(error.name).toMatch(/^(EinsumError|RungsError)$/)
  expect(error.message).toContain(text)
})

test('a memory limit is kept where another order keeps it', () => {
  const shapes: [Shape, Shape, Shape, Shape] = [[2, 50], [50], [50, 3], [3, 50]]
  const free = einsumPath('ab,c,cd,db->a', shapes, { planner: leftOuter })
  expect(free.largestIntermediate).toBe(100 * 50)
  for (const planner of [greedy, optimal]) {
    const path = einsumPath('ab,c,cd,db->a', shapes, { planner, memoryLimit: 50 })
    expect(path.largestIntermediate).toBeLessThanOrEqual(50)
  }
})

const leftOuter: Planner = () => [
  [0, 1],
  [4, 2],
  [5, 3],
]
