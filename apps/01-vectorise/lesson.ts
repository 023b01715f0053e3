// Lesson 1. What changes when a loop becomes one expression?
import { bars, plot, table } from '@rungs/lesson'
import {
  array,
  type NDArray,
  onesLike,
  randn,
  relu,
  slice,
  timeit,
  zerosLike,
} from '@rungs/ndarray'

// ReLU keeps what is positive and makes the rest 0. So its derivative is 1 on the right of 0, and 0
// on the left. A loop says how to compute it, number by number:
function derivativeByLoop(numbers: ArrayLike<number>): Float32Array {
  const result = new Float32Array(numbers.length)
  for (let i = 0; i < numbers.length; i++) {
    result[i] = numbers[i] > 0 ? 1 : 0
  }
  return result
}

// An expression says what it is, for an array of any shape, on any device:
const derivative = (x: NDArray) => onesLike(x).maskedFill_(x.lt(0), 0)

const x = randn([400, 500])
const numbers = await x.toTypedArray()
const vectorised = await derivative(x).toTypedArray()
export const differences = derivativeByLoop(numbers).filter(
  (value, i) => value !== vectorised[i],
).length
console.log(
  `${x.size.toLocaleString('en')} random numbers: loop and expression differ at ${differences}.`,
)

// What does it cost? Array operations are for whole arrays: one for each number is what is slow.
const few = x.at(0, slice(0, 50))
async function derivativeByElement(): Promise<NDArray> {
  const result = zerosLike(few)
  for (let i = 0; i < few.size; i++) result.set([i], (await few.at(i).item()) > 0 ? 1 : 0)
  return result
}
const nanoseconds = async (body: () => unknown, elements: number) =>
  ((await timeit(body, { loops: 5, runs: 5 })).best / elements) * 1e9
bars(
  {
    'array operations for each number': await nanoseconds(derivativeByElement, few.size),
    'a loop over the numbers': await nanoseconds(() => derivativeByLoop(numbers), x.size),
    'one expression': await nanoseconds(() => derivative(x), x.size),
  },
  { title: 'Nanoseconds a number', unit: 'ns', log: true },
)
// Try: --device wasm, or webgpu. The loop stays as it was; the same expression gets faster.

// And at 0? There ReLU has a kink and no derivative. All of these are in use, and each is a
// different function:
const rules: Record<string, (x: NDArray) => NDArray> = {
  '1 where x > 0, as our loop': (x) => x.gt(0).float(),
  '0 where x < 0, as our expression': derivative,
  '0 where x <= 0, as relu': (x) => onesLike(x).maskedFill_(x.le(0), 0),
  '1 where x >= 0, as clamp': (x) => x.ge(0).float(),
  'half at 0, as maximum': (x) => onesLike(x).maskedFill_(x.lt(0), 0).maskedFill_(x.eq(0), 0.5),
}
const points = array([-2, 0, 3, Number.NaN])
export const atPoints: Record<string, number[]> = {}
for (const [rule, apply] of Object.entries(rules))
  atPoints[rule] = Array.from(await apply(points).toTypedArray())
table(
  Object.entries(atPoints).map(([rule, [left, zero, right, nan]]) => ({
    rule,
    'at -2': left,
    'at 0': zero,
    'at 3': right,
    'at NaN': nan,
  })),
  { title: 'Five derivatives of ReLU' },
)

// Is 0 too rare to matter? Among random numbers it is. Behind a ReLU it is every second number.
const hidden = relu(x)
export const zeros = { before: await count(x.eq(0)), behind: await count(hidden.eq(0)) }
export const disagreements = await count(hidden.gt(0).float().ne(derivative(hidden)))
const [before, behind, places] = [zeros.before, zeros.behind, disagreements].map((n) =>
  n.toLocaleString('en'),
)
console.log(`Of the random numbers ${before} are exactly 0, of what ReLU makes of them ${behind}.`)
console.log(`Behind a second ReLU, loop and expression disagree at ${places} of them.`)
// Try: x.lt(0) → x.le(0) in the expression at the top. Which rule is it now, and does the last line
// change?

async function count(places: NDArray): Promise<number> {
  return places.float().sum().item()
}

const kink = [0, 0] as const
plot(
  {
    lines: {
      'ReLU(x)': [[-2, 0], kink, [2, 2]],
      'its derivative, left of 0': [[-2, 0], kink],
      'its derivative, right of 0': [
        [0, 1],
        [2, 1],
      ],
    },
    dots: {
      'what the rules say at 0': Object.values(atPoints).map(([, zero]) => [0, zero] as const),
    },
  },
  { title: 'A kink has no derivative, only an interval of them', x: 'x' },
)
