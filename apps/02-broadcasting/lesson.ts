// Lesson 2. How can shapes that differ be added without a copy?
import { heatMap, table } from '@rungs/lesson'
import { arange, array, type NDArray, ones, RungsError } from '@rungs/ndarray'

const m = array([
  [1, 2, 3],
  [4, 5, 6],
  [7, 8, 9],
])
const c = array([10, 20, 30])

// A vector beside a matrix is a row, used again for every row.
export const row = await m.add(c).toArray()
console.log(`m + c\n${await m.add(c).format()}`)
// With a dim of size 1 at its end it is a column, used again for every column.
export const column = await m.add(c.unsqueeze(1)).toArray()
console.log(`m + c.unsqueeze(1)\n${await m.add(c.unsqueeze(1)).format()}`)

// Nothing was copied to do so. An array is memory, with strides that say how far to move in it for
// one step along each dim. A stride of 0 stays where it is: the same number again.
const described = (x: NDArray) => ({
  shape: `(${x.shape.join(', ')})`,
  strides: `(${x.strides.join(', ')})`,
  stored: x.storage.size,
  seen: x.size,
})
export const views = {
  m,
  'm.t()': m.t(),
  c,
  'c.expandAs(m)': c.expandAs(m),
  'c.unsqueeze(1).expandAs(m)': c.unsqueeze(1).expandAs(m),
  'ones([1]).expand([1000, 1000])': ones([1]).expand([1000, 1000]),
}
table(
  Object.entries(views).map(([view, x]) => ({ view, ...described(x) })),
  { title: 'Views: how many numbers memory stores, and how many are seen' },
)

// A view shares its memory: what is written through the base is seen in every view of it.
const repeated = c.expand([2, 3])
c.set([0], 99)
console.log(`after c[0] = 99, a view made before:\n${await repeated.format()}`)
c.set([0], 10)

// Which shapes go together? Write them below each other, aligned on the right.
// Each pair of sizes must be equal, or one of them 1, or missing.
const attempts: [number[], number[]][] = [
  [[3, 3], [3]],
  [
    [3, 1],
    [1, 4],
  ],
  [
    [200, 1, 5],
    [7, 1],
  ],
  [
    [3, 3],
    [2, 3],
  ],
  [[2], [2, 3]],
]
export const results = attempts.map(([a, b]) => ({
  a: `(${a.join(', ')})`,
  b: `(${b.join(', ')})`,
  'a + b': outcome(() => `(${ones(a).add(ones(b)).shape.join(', ')})`),
}))
table(results, { title: 'What goes together, and what is said where it does not' })
// Try: other shapes in the list of attempts. Guess first.

// Writing through a view in which one number stands for many would be a riddle, so it is refused.
console.log(outcome(() => c.expand([3, 3]).add_(1)))

// A column and a row make a whole matrix: all pairs, without a loop.
const n = arange(16)
heatMap(await n.unsqueeze(1).sub(n).abs().toArray(), {
  title: 'n.unsqueeze(1) - n: the distance of every pair',
})

// The trap. A network answers (4, 1), one number an example; the targets are (4). Every answer is
// right:
const answer = array([[1], [2], [3], [4]])
const target = array([1, 2, 3, 4])
const meanSquare = (x: NDArray) => x.square().mean().item()
export const trap = {
  // (4, 1) - (4) is (4, 4): every answer against every target.
  wrong: await meanSquare(answer.sub(target)),
  right: await meanSquare(answer.squeeze(-1).sub(target)),
}
console.log(
  `All answers are right. Mean squared error: ${trap.wrong}; with squeeze(-1): ${trap.right}.`,
)

// And a trap on the way out: squeeze() without a dim takes every dim of size 1, also a batch of one
// example.
const single = ones([1, 1])
export const squeezed = { all: single.squeeze().shape, last: single.squeeze(-1).shape }
const [all, last] = [squeezed.all, squeezed.last].map((shape) => `(${shape.join(', ')})`)
console.log(`One example, (1, 1): squeeze() gives ${all}, squeeze(-1) gives ${last}.`)
// Try: make target (4, 1), with .unsqueeze(1) behind array(…). Now squeeze(-1) is what goes wrong.

/** What an expression gives, or what the library says about it. */
function outcome(expression: () => unknown): string {
  try {
    return String(expression())
  } catch (error) {
    if (error instanceof RungsError) return error.message
    throw error
  }
}
