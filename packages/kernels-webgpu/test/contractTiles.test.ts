import { type ContractDims, contract, expr, formulas, type NDArray, program } from '@rungs/ndarray'
import { expectClose, startSoftwareAdapter } from '@rungs/testing'
import { describe, expect, test } from 'vitest'
import type { WebGpuDevice } from '../src/index.ts'
import { tunings } from '../src/tuning.ts'
import type { Tile } from '../src/wgsl/contractForm.ts'
import { matrixGpu } from './matrixGpu.ts'
import { randomArray, seeded, softwareDevice } from './support.ts'

/** Every shape of call goes through small tiles, which compile in no time on a software adapter. */
const small: Tile[] = [
  { memory: 'registers', threads: [8, 8], results: [8, 4], depth: 1 },
  { memory: 'subgroup', threads: [2, 8], results: [12, 4], depth: 1 },
  { memory: 'workgroup', threads: [8, 4], results: [8, 8], depth: 4 },
  {
    memory: 'matrices',
    threads: [2, 1],
    results: [16, 8],
    depth: 8,
    matrix: { dtype: 'float32', m: 8, n: 8, k: 8, threads: 4 },
  },
]
const plain: Tile = { memory: 'registers', threads: [8, 8], results: [4, 4], depth: 1 }
/** The tiles that adapters take; software adapters compile the largest in seconds. */
const chosen = [...new Set(Object.values(tunings).flatMap(({ contract }) => contract.map(({ tile }) => tile)))]
const COMPILING = 60_000
const random = seeded(7)
const always = { leastM: 0, leastN: 0, leastWorkgroups: 0 }
const nameOf = ({ memory, threads, results, depth }: Tile): string =>
  `${memory}, ${threads.join('×')} threads of ${results.join('×')} results, ${depth} deep`

interface Row {
  readonly name: string
  readonly a: NDArray
  readonly b: NDArray
  readonly dims: ContractDims
}

const normal = (shape: readonly number[]): NDArray => randomArray(random, 'float32', shape)
const mm = { batch: 0, m: 1, n: 1, k: 1 }
const wide = normal([300, 140])
/** Windows of 3 by 2, every second row: three unmergeable axes of k, two of n. */
const windows = normal([2, 5, 19, 12]).unfold(2, 3, { step: 2 }).unfold(3, 2)

const rows: Row[] = [
  { name: 'whole tiles', a: normal([256, 32]), b: normal([32, 256]), dims: mm },
  { name: 'odd sizes', a: normal([131, 37]), b: normal([37, 261]), dims: mm },
  { name: 'smaller than a tile', a: normal([3, 5]), b: normal([5, 6]), dims: mm },
  { name: 'both transposed', a: normal([37, 132]).t(), b: normal([260, 37]).t(), dims: mm },
  { name: 'a transposed, on multiples of four', a: normal([36, 132]).t(), b: normal([36, 64]), dims: mm },
  { name: 'reversed and spread', a: wide.slice(0, 3, 137).flip(0), b: wide.slice(0, 0, 280, 2).flip(1), dims: mm },
  { name: 'one position of k', a: normal([70, 1]), b: normal([1, 70]), dims: mm },
  { name: 'no position of k', a: normal([70, 0]), b: normal([0, 9]), dims: mm },
  {
    name: 'batches, one side repeated',
    a: normal([3, 17, 20]),
    b: normal([20, 33]).expand([3, 20, 33]),
    dims: { ...mm, batch: 1 },
  },
  {
    name: 'windows',
    // [channel out, channel in, 3, 2] with [batch, channel in, 3, 2, 9, 11]
    a: normal([7, 5, 3, 2]).expand([2, 7, 5, 3, 2]),
    b: windows.permute([0, 1, 4, 5, 2, 3]),
    dims: { batch: 1, m: 1, n: 2, k: 3 },
  },
  { name: 'a long k, in parts', a: normal([20, 3000]), b: normal([3000, 24]), dims: mm },
]

const deviceWith = async (tile: Tile): Promise<WebGpuDevice> => {
  const gpu = await startSoftwareAdapter()
  const contract = [tile, plain].map((tile) => ({ ...always, tile }))
  const tuning = { contract, splitBelow: 512 }
  return softwareDevice({ gpu: tile.matrix === undefined ? gpu : matrixGpu(gpu), tuning })
}

test.each(chosen.map((tile) => ({ name: nameOf(tile), tile })))(
  'a product by $name',
  async ({ tile }) => {
    const gpu = await deviceWith(tile)
    await sameOnBoth(gpu, normal([131, 37]), normal([37, 261]), mm)
  },
  COMPILING,
)

describe.each(small.map((tile) => ({ name: nameOf(tile), tile })))('contractions by $name', ({ tile }) => {
  const device = deviceWith(tile)

  test.each(rows)('$name', async ({ a, b, dims }) => {
    const gpu = await device
    await sameOnBoth(gpu, a, b, dims)
  })

  test('is the kernel that runs', async () => {
    const gpu = await device
    const [a, b] = [normal([70, 20]).to(gpu), normal([20, 30]).to(gpu)]
    const [kernel] = (await gpu.explain(() => contract('test', a, b, mm))).kernels
    const marks = {
      registers: 'let a3 =',
      subgroup: 'subgroupBroadcast(a2, 3u)',
      workgroup: 'let b1 = tileB',
      matrices: 'subgroupMatrixMultiplyAccumulate',
    }
    for (const [memory, mark] of Object.entries(marks)) expect(kernel!.code.includes(mark)).toBe(memory === tile.memory)
  })

  test('with bias and activation', async () => {
    const gpu = await device
    const [a, b, bias] = [normal([67, 21]), normal([21, 38]), normal([38])]
    const epilogue = program(formulas.relu(formulas.add(expr.input(0), expr.input(1))))
    const want = contract('test', a, b, mm, { program: epilogue, inputs: [bias] })
    const got = contract('test', a.to(gpu), b.to(gpu), mm, { program: epilogue, inputs: [bias.to(gpu)] })
    expectClose(await got.toTypedArray(), await want.toTypedArray(), { relative: 2e-5, absolute: 2e-5 }, 'biased')
  })

  test('integers wrap, NaN and infinity spread along their row and column only', async () => {
    const gpu = await device
    const [i, j] = [randomArray(random, 'int32', [33, 18]).mul(100_000_000), randomArray(random, 'int32', [18, 35])]
    const whole = contract('test', i.to(gpu), j.to(gpu), mm)
    expect(await whole.toArray()).toEqual(await contract('test', i, j, mm).toArray())
    const a = normal([34, 19])
    a.set([5, 18], Number.NaN)
    a.set([33, 0], Number.POSITIVE_INFINITY)
    await sameOnBoth(gpu, a, normal([19, 35]), mm)
  })
})

async function sameOnBoth(gpu: WebGpuDevice, a: NDArray, b: NDArray, dims: ContractDims): Promise<void> {
  const want = contract('test', a, b, dims)
  const got = contract('test', a.to(gpu), b.to(gpu), dims)
  expect(got.shape).toEqual(want.shape)
  // The longest sums have 3,000 terms of size one: float32 keeps 2e-4 of them in the worst order.
  expectClose(await got.toTypedArray(), await want.toTypedArray(), { relative: 2e-5, absolute: 1e-4 }, 'product')
}
