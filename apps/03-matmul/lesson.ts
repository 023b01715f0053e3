// Lesson 3. Why is one matrix product a thousand times faster?
import { einsum } from '@rungs/einsum'
import { bars, table } from '@rungs/lesson'
import { formatTime, matmul, type NDArray, RungsError, randn, stack, timeit } from '@rungs/ndarray'

// Five images of 28 × 28 pixels, and weights that make ten numbers of each.
const a = randn([5, 28 * 28])
const b = randn([28 * 28, 10])
const [rows, inner, columns] = [5, 28 * 28, 10]

// The definition, as three loops. Numbers come out of arrays one by one, as beginners write it.
async function elementByElement(rows: number): Promise<number[]> {
  const results: number[] = []
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      let sum = 0
      for (let k = 0; k < inner; k++) sum += (await a.at(i, k).item()) * (await b.at(k, j).item())
      results.push(sum)
    }
  }
  return results
}

// The same loops over plain numbers. JavaScript compiles them to machine code; Python does not.
type Numbers = ArrayLike<number>
function threeLoops(a: Numbers, b: Numbers): number[] {
  const results: number[] = []
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      let sum = 0
      for (let k = 0; k < inner; k++) sum += a[i * inner + k] * b[k * columns + j]
      results.push(sum)
    }
  }
  return results
}

// The inner loop as an expression: a row times a column, summed.
function rowByColumn(): NDArray {
  const results: NDArray[] = []
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) results.push(a.at(i).mul(b.at(':', j)).sum())
  }
  return stack(results).reshape([rows, columns])
}

// Two loops as one: a row as a column (784, 1), beside every column of b (784, 10).
function rowByRow(): NDArray {
  const results: NDArray[] = []
  for (let i = 0; i < rows; i++) results.push(a.at(i).unsqueeze(-1).mul(b).sum(0))
  return stack(results)
}

const [aNumbers, bNumbers] = [await a.toTypedArray(), await b.toTypedArray()]
const ladder: Record<string, () => NDArray | number[]> = {
  'three loops over numbers': () => threeLoops(aNumbers, bNumbers),
  'a row times a column': rowByColumn,
  'a row times all columns': rowByRow,
  "einsum('ik,kj->ij')": () => einsum('ik,kj->ij', a, b),
  'contract, what they all become': () => a.contract(b, { batch: 0, m: 1, n: 1, k: 1 }),
  matmul: () => matmul(a, b),
}

// First: are they all right? Sums in another order round otherwise, so not to the last bit.
const expected = await matmul(a, b).toTypedArray()
export const errors: Record<string, number> = {}
const apart = (got: Numbers) =>
  Math.max(...Array.from(got, (value, i) => Math.abs(value - expected[i])))
for (const [name, multiply] of Object.entries(ladder)) {
  const product = multiply()
  errors[name] = apart(Array.isArray(product) ? product : await product.toTypedArray())
}
errors['number by number out of arrays'] = apart(await elementByElement(1))

// Then: how long do they take? The first is so slow that one row of the five must do.
const seconds: Record<string, number> = {}
const oneRow = await timeit(() => elementByElement(1), { loops: 1, runs: 1 })
seconds['number by number out of arrays'] = rows * oneRow.best
for (const [name, multiply] of Object.entries(ladder))
  seconds[name] = (await timeit(multiply, { loops: 20, runs: 5 })).best
table(
  Object.entries(seconds).map(([how, time]) => ({
    how,
    time: formatTime(time),
    'times as long': Math.round(time / seconds.matmul),
    'farthest from matmul': Number(errors[how].toExponential(0)),
  })),
  { title: '(5, 784) times (784, 10): 39,200 multiplications, seven ways' },
)
bars(Object.fromEntries(Object.entries(seconds).map(([how, time]) => [how, time * 1e6])), {
  unit: 'µs',
  log: true,
})
// Try: --device wasm, and webgpu. Which ways gain, and which lose? Asking a device has its price.

// Larger matrices, and plain loops: the same multiplications and additions, in another order.
function downColumns(left: Numbers, right: Numbers, out: Float32Array, n: number): void {
  for (let i = 0; i < out.length / n; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0
      for (let k = 0; k < n; k++) sum += left[i * n + k] * right[k * n + j]
      out[i * n + j] = sum
    }
  }
}
function alongRows(left: Numbers, right: Numbers, out: Float32Array, n: number): void {
  out.fill(0)
  for (let i = 0; i < out.length / n; i++) {
    for (let k = 0; k < n; k++) {
      const factor = left[i * n + k]
      for (let j = 0; j < n; j++) out[i * n + j] += factor * right[k * n + j]
    }
  }
}
const speeds: Record<string, number> = {}
for (const n of [1000, 1024]) {
  const [left, right] = [randn([16, n]), randn([n, n])]
  const [l, r, out] = [
    await left.toTypedArray(),
    await right.toTypedArray(),
    new Float32Array(16 * n),
  ]
  const gigaflops = async (multiply: () => unknown) =>
    (2 * 16 * n * n) / (await timeit(multiply, { loops: 1, runs: 5 })).best / 1e9
  speeds[`n = ${n}, down the columns of b`] = await gigaflops(() => downColumns(l, r, out, n))
  speeds[`n = ${n}, along the rows of b`] = await gigaflops(() => alongRows(l, r, out, n))
  speeds[`n = ${n}, matmul`] = await gigaflops(() => matmul(left, right))
}
bars(speeds, { title: '(16, n) times (n, n): billions of operations a second', unit: 'GFLOP/s' })
// Try: other sizes, such as 960 and 2048. Down a column of 1024 numbers, every step lands on the
// same few lines of the cache, which throw each other out.

// The first needs as many columns as the second has rows. A loop would read past the row.
export let refusal = ''
try {
  randn([2, 3]).mm(randn([2, 3]))
} catch (error) {
  if (!(error instanceof RungsError)) throw error
  refusal = error.message
}
console.log(refusal)
