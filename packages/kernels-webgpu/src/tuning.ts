import { DeviceError, type DType } from '@rungs/ndarray'
import type { Found } from './adapter.ts'
import { extentOf, isWithoutTiles, LANES, type SubgroupMatrix, type Tile } from './wgsl/contractForm.ts'
import { matrixTileBytes } from './wgsl/contractMatrices.ts'
import { tileBytes } from './wgsl/contractTiles.ts'

/**
 * A tile for contractions, and when it is taken: sizes of m and n, and workgroups that it gives the GPU, at least; where it
 * has matrices, for operands of their dtype.
 */
export interface TileChoice {
  readonly leastM: number
  readonly leastN: number
  readonly leastWorkgroups: number
  readonly tile: Tile
}

/**
 * Which kernel computes what, by the kind of adapter and the shapes of a call, never by values or by timing: two runs make
 * their sums in one order.
 */
export interface Tuning {
  /** Threads of a workgroup of an elementwise kernel, and how many there are at most: beyond, each computes more. */
  readonly mapWorkgroup: number
  readonly mapThreads: number
  /** Threads of a workgroup of a reduction or scan whose threads work alone, and how many it is spread over. */
  readonly reduceWorkgroup: number
  readonly reduceThreads: number
  /** The same where threads work together through workgroup memory; a workgroup of 0 says that they never do. */
  readonly teamWorkgroup: number
  readonly teamThreads: number
  /** Neighbouring threads that exchange values as a subgroup, without memory; 0 where none do. */
  readonly subgroup: number
  /** Contractions read four neighbours of an operand at once, where they lie so. */
  readonly vectorReads: boolean
  /** Tiles for contractions; the first that fits is taken, the last one always fits. */
  readonly contract: readonly TileChoice[]
  /** A contraction that fills fewer threads than this sums parts of k side by side, each of at least so many positions. */
  readonly splitBelow: number
  readonly leastPart: number
  /** Positions of k below which it does not: to put the parts together is a kernel more. */
  readonly leastSplit: number
}

type Pair = readonly [number, number]
const choice = (
  memory: Tile['memory'],
  threads: Pair,
  results: Pair,
  depth: number,
  least: Pair,
  groups = 0,
): TileChoice => ({
  leastM: least[0],
  leastN: least[1],
  leastWorkgroups: groups,
  tile: { memory, threads, results, depth },
})

/** A few processor cores: threads beyond them cost more than they bring, and so do barriers. */
const software: Tuning = {
  mapWorkgroup: 16,
  mapThreads: 1024,
  reduceWorkgroup: 8,
  reduceThreads: 256,
  teamWorkgroup: 0,
  teamThreads: 0,
  subgroup: 0,
  vectorReads: true,
  contract: [
    choice('subgroup', [4, 8], [16, 4], 1, [9, 0]),
    choice('registers', [8, 8], [8, 4], 1, [5, 0]),
    choice('registers', [8, 8], [4, 4], 1, [0, 0]),
  ],
  splitBelow: 16,
  leastPart: 64,
  leastSplit: 512,
}

/** SwiftShader takes every read apart into single elements, so what counts is how few there are of them. */
const swiftshader: Tuning = {
  ...software,
  mapWorkgroup: 4,
  vectorReads: false,
  contract: [
    choice('subgroup', [4, 4], [16, 4], 1, [9, 0]),
    choice('registers', [4, 4], [16, 4], 1, [9, 0]),
    choice('registers', [8, 8], [8, 4], 1, [5, 0]),
    choice('registers', [8, 8], [4, 4], 1, [0, 0]),
  ],
}

/** Within the workgroup memory and the registers that every GPU has. */
const hardware: Tuning = {
  mapWorkgroup: 256,
  mapThreads: 2 ** 31,
  reduceWorkgroup: 64,
  reduceThreads: 65536,
  teamWorkgroup: 256,
  teamThreads: 524288,
  subgroup: 0,
  vectorReads: true,
  contract: [
    choice('workgroup', [16, 16], [8, 8], 8, [65, 65], 96),
    choice('workgroup', [8, 8], [8, 8], 16, [33, 33], 96),
    choice('workgroup', [8, 8], [4, 4], 16, [0, 0]),
  ],
  splitBelow: 8192,
  leastPart: 64,
  leastSplit: 512,
}

/** Tables by kind of adapter; the size of subgroups is the adapter's own, and put in when a device is made. */
export const tunings: { readonly [kind in 'software' | 'swiftshader' | 'hardware' | 'nvidia']: Tuning } = {
  software,
  swiftshader,
  hardware,
  /** Many registers: a thread has 128 sums. Measured on an H200, where it multiplies a tenth faster than the others. */
  nvidia: {
    ...hardware,
    contract: [choice('workgroup', [8, 32], [16, 8], 16, [129, 129], 128), ...hardware.contract],
  },
}

/** Tiles whose subgroups multiply matrices of this kind, before those that all adapters have. */
export function matrixChoices(matrix: SubgroupMatrix): TileChoice[] {
  const depth = matrix.dtype === 'float16' ? 32 : 16
  const choices = [
    choice('matrices', [4, 2], [32, 64], depth, [65, 65], 256),
    choice('matrices', [2, 2], [32, 32], depth, [17, 17]),
  ]
  return choices.map(({ tile, ...least }) => ({ ...least, tile: { ...tile, matrix } }))
}

/**
 * The table of an adapter, less the tiles that do not fit its workgroup memory and its workgroups, with what is handed over
 * in place of its own.
 * @throws {DeviceError} when that does not fit together, or not this adapter.
 */
export function tuningOf(
  { device: { limits }, vendor, isSoftware, subgroup, matrices }: Found,
  changes: Partial<Tuning> = {},
): Tuning {
  const own =
    tunings[isSoftware ? (vendor === 'google' ? 'swiftshader' : 'software') : vendor === 'nvidia' ? vendor : 'hardware']
  const wanted = changes.subgroup ?? subgroup
  if (wanted !== 0 && wanted !== subgroup) {
    throw new DeviceError(
      `createWebGpuDevice: { tuning } has subgroups of ${wanted}, and this adapter's have ` +
        (subgroup === 0 ? 'no size and order that are known' : `${subgroup} threads`),
    )
  }
  const tiles = [...(wanted === 0 || own.teamWorkgroup === 0 ? [] : matrices.flatMap(matrixChoices)), ...own.contract]
  const contract = changes.contract ?? tiles.filter(({ tile }) => problemOf(tile, limits, wanted) === null)
  if (contract.every(({ tile }) => tile.matrix !== undefined)) {
    throw new DeviceError('createWebGpuDevice: { tuning } has no tile for contractions of every dtype')
  }
  for (const { tile } of changes.contract ?? []) {
    const problem = problemOf(tile, limits, wanted) ?? strangeMatrix(tile, matrices)
    if (problem !== null) {
      throw new DeviceError(`createWebGpuDevice: { tuning } has the tile ${JSON.stringify(tile)}, where ${problem}`)
    }
  }
  return { ...own, ...changes, contract, subgroup: wanted }
}

/** Why a tile cannot be, or not here; null where it can. */
function problemOf(tile: Tile, limits: GPUSupportedLimits, subgroup: number): string | null {
  const { memory, threads, results, depth, matrix } = tile
  const count = threads[0] * threads[1] * (matrix?.threads ?? 1)
  const most = limits.maxComputeInvocationsPerWorkgroup
  const extent = extentOf(tile)
  const whole = [...threads, ...results, depth].every((value) => Number.isInteger(value) && value > 0)
  if (!whole) return 'threads, results and depth must be positive whole numbers'
  if ((memory === 'matrices') !== (matrix !== undefined))
    return "memory is 'matrices' where there is a matrix, and only there"
  if (count > most) return `a workgroup has ${count} threads, and this adapter allows ${most}`
  if (results[0] % LANES !== 0 || results[1] % LANES !== 0) return 'results must be multiples of four'
  if (isWithoutTiles(tile)) {
    if (results[1] !== LANES) return 'a thread without workgroup memory has four columns'
    const fits = memory === 'registers' || (subgroup > 0 && threads[1] % subgroup === 0)
    return fits
      ? null
      : `rows of ${threads[1]} threads are not subgroups, which here have ${subgroup || 'no size that is known'}`
  }
  const bytes = matrix === undefined ? tileBytes(tile) : matrixTileBytes(tile)
  if (bytes > limits.maxComputeWorkgroupStorageSize) return `${bytes} bytes of workgroup memory are more than there are`
  // Threads share out a tile's vectors, whichever way they go through it.
  const along = matrix === undefined ? depth : depth / LANES
  const shares = [along, extent.m / LANES, extent.n / LANES].every((side) => count % side === 0)
  const pieces = [extent.m, extent.n].every((side) => ((side / LANES) * depth) % count === 0)
  if (!shares || !pieces) return `${count} threads cannot share out tiles of ${extent.m} and ${extent.n} by ${depth}`
  if (matrix === undefined) return null
  const fits =
    matrix.n % LANES === 0 && results[0] % matrix.m === 0 && results[1] % matrix.n === 0 && depth % matrix.k === 0
  return fits ? null : `matrices of (${matrix.m}, ${matrix.k}) and (${matrix.k}, ${matrix.n}) do not fill it`
}

/** Why the adapter cannot multiply the tile's matrices, or null. */
function strangeMatrix({ matrix }: Tile, matrices: readonly SubgroupMatrix[]): string | null {
  if (matrix === undefined) return null
  const { dtype, m, n, k, threads } = matrix
  const text = (of: SubgroupMatrix): string => [of.dtype, of.m, of.n, of.k, of.threads].join()
  return matrices.some((own) => text(own) === text(matrix))
    ? null
    : `this adapter has no subgroups of ${threads} that multiply (${m}, ${k}) by (${k}, ${n}) of ${dtype}`
}

/** Which choice of `contract` is taken for `m` by `n` results of operands of `dtype`, `batch` times. */
export function tileFor({ contract }: Tuning, dtype: DType, batch: number, m: number, n: number): number {
  const takes = ({ tile: { matrix } }: TileChoice): boolean => matrix === undefined || matrix.dtype === dtype
  const found = contract.findIndex((choice) => {
    const extent = extentOf(choice.tile)
    const workgroups = batch * Math.ceil(m / extent.m) * Math.ceil(n / extent.n)
    const { leastM, leastN, leastWorkgroups } = choice
    return takes(choice) && m >= leastM && n >= leastN && workgroups >= leastWorkgroups
  })
  return found < 0 ? contract.findLastIndex(({ tile }) => tile.matrix === undefined) : found
}
