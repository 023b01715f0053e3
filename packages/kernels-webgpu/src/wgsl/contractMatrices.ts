import { type ContractForm, extentOf, LANES, type SubgroupMatrix, type Tile } from './contractForm.ts'
import { overTiles } from './contractLoop.ts'
import { finishLines } from './contractStore.ts'
import { storedScalar, vectorOf } from './types.ts'

/**
 * The sums as products of small matrices, whose elements lie spread over the threads of a subgroup: on many GPUs units of
 * their own multiply these. Threads bring tiles into workgroup memory, as elsewhere, each the way that it lies in the operand.
 */

/** A tile of a or of b in workgroup memory: lines of `length` elements, one behind the other. */
interface Side {
  readonly q: 0 | 1
  readonly group: 'm' | 'n'
  readonly tile: string
  /** Rows of a, or columns of b. */
  readonly extent: number
  /** Lines go along k, as in the operand, or along the group. */
  readonly alongK: boolean
  /** Four neighbours of a line are one vector in the operand too. */
  readonly vector: boolean
  readonly length: number
  /** Elements from one line to the next. */
  readonly stride: number
  /** Vectors that each thread brings. */
  readonly pieces: number
}

/** Lines do not begin in the same bank of workgroup memory, and begin where vectors do. */
const PADDING = 8

const matrixOf = ({ matrix }: Tile): SubgroupMatrix => matrix!
export const matrixThreads = (tile: Tile): number => tile.threads[0] * tile.threads[1] * matrixOf(tile).threads

/** Elements of a tile, if lines go along k or along the group, whichever takes more. */
const elementsOf = (extent: number, depth: number): number =>
  Math.max(extent * (depth + PADDING), depth * (extent + PADDING))

/** Bytes of workgroup memory that such a tile takes. */
export function matrixTileBytes(tile: Tile): number {
  const { m, n } = extentOf(tile)
  const { dtype, m: rows, n: columns } = matrixOf(tile)
  const each = dtype === 'float16' ? 2 : 4
  const subgroups = tile.threads[0] * tile.threads[1]
  return (elementsOf(m, tile.depth) + elementsOf(n, tile.depth)) * each + subgroups * rows * columns * 4
}

function sidesOf({ tile, aLanes, bLanes, alongK }: ContractForm): [Side, Side] {
  const extent = extentOf(tile)
  const side = (q: 0 | 1, group: 'm' | 'n', lanes: string): Side => {
    const goesAlongK = lanes === 'k' || (lanes === 'none' && alongK[q])
    const length = goesAlongK ? tile.depth : extent[group]
    return {
      q,
      group,
      tile: q === 0 ? 'tileA' : 'tileB',
      extent: extent[group],
      alongK: goesAlongK,
      vector: lanes !== 'none',
      length,
      stride: length + PADDING,
      pieces: (extent[group] * tile.depth) / LANES / matrixThreads(tile),
    }
  }
  return [side(0, 'm', aLanes), side(1, 'n', bLanes)]
}

export function matrixFunctions(form: ContractForm): string {
  const { tile, dtype } = form
  const { m, n } = matrixOf(tile)
  const scalar = storedScalar(dtype)
  const sides = sidesOf(form).map(
    ({ tile: name, extent, length, stride }) =>
      `var<workgroup> ${name}: array<${scalar}, ${((extent * tile.depth) / length) * stride}>;`,
  )
  const sums = `var<workgroup> sums: array<f32, ${tile.threads[0] * tile.threads[1] * m * n}>;`
  return [...sides, sums].join('\n')
}

const grid = ({ results, matrix }: Tile): { down: number[]; across: number[] } => ({
  down: Array.from({ length: results[0] / matrix!.m }, (_, i) => i),
  across: Array.from({ length: results[1] / matrix!.n }, (_, v) => v),
})

/** Beyond the end of k, tiles are filled with zeros. */
export function matrixLoop(form: ContractForm): string[] {
  const { tile } = form
  const { m, n, k } = matrixOf(tile)
  const { down, across } = grid(tile)
  const sides = sidesOf(form)
  return [
    'let thread = i32(local);',
    `let firstRow = (subgroup / ${tile.threads[1]}u) * ${tile.results[0]}u;`,
    `let firstColumn = (subgroup % ${tile.threads[1]}u) * ${tile.results[1]}u;`,
    ...down.flatMap((i) => across.map((v) => `var product${i}_${v} = subgroup_matrix_result<f32, ${n}, ${m}>();`)),
    ...sides.flatMap((side) => placeLines(side, tile)),
    ...sides.flatMap((side) => pieceNumbers(side).map((i) => `var next${side.q}_${i} = ${vectorType(form)}();`)),
    ...overTiles({
      depth: tile.depth,
      fetch: sides.flatMap((side) => fetchLines(form, side)),
      put: sides.flatMap((side) => putLines(form, side)),
      multiply: Array.from({ length: tile.depth / k }, (_, step) => multiplyLines(form, sides, step * k)).flat(),
    }),
  ]
}

const vectorType = ({ dtype }: ContractForm): string => vectorOf(storedScalar(dtype), LANES)
const pieceNumbers = ({ pieces }: Side): number[] => Array.from({ length: pieces }, (_, i) => i)

/** Which pieces a thread brings: its place in a line, `quad`, and the line of the first; and where they lie along the group. */
function placeLines({ q, group, length, alongK, vector, pieces: count }: Side, tile: Tile): string[] {
  const [start, size] = group === 'm' ? ['tileRow', 'p.sizeM'] : ['tileColumn', 'p.sizeN']
  const quads = length / LANES
  const apart = matrixThreads(tile) / quads
  const base = `p.offset${q} + batchOf${q}(batch)`
  const within = (at: string): string => `${base} + ${group}Of${q}(min(${start} + ${at}, ${size} - 1))`
  const lines = [`let quad${q} = (thread % ${quads}) * ${LANES};`, `let line${q} = thread / ${quads};`]
  if (alongK) {
    for (let i = 0; i < count; i++) lines.push(`let from${q}_${i} = ${within(`line${q} + ${i * apart}`)};`)
  } else if (vector) {
    // The last four overlap nothing beyond the padding.
    lines.push(`let from${q} = ${base} + ${group}Of${q}(min(${start} + quad${q}, (${size} - 1) & -${LANES}));`)
  } else {
    const each = [0, 1, 2, 3].map((j) => within(`quad${q} + ${j}`))
    lines.push(`let from${q} = vec4<i32>(${each.join(', ')});`)
  }
  return lines
}

/** Read a thread's pieces of the tile that begins at `first`. */
function fetchLines(form: ContractForm, { q, alongK, vector, length, pieces: count }: Side): string[] {
  const buffer = `buffer${form.buffers[q]}`
  const apart = (matrixThreads(form.tile) * LANES) / length
  const type = vectorType(form)
  return Array.from({ length: count }, (_, i) => {
    const name = `next${q}_${i}`
    if (alongK) {
      const at = (j: number): string => `from${q}_${i} + kOf${q}(min(first + quad${q} + ${j}, p.sizeK - 1))`
      if (vector) return [`${name} = ${buffer}[(${at(0)}) >> 2u];`]
      return [`${name} = ${type}(${[0, 1, 2, 3].map((j) => `${buffer}[${at(j)}]`).join(', ')});`]
    }
    const at = `let at = kOf${q}(min(first + line${q} + ${i * apart}, p.sizeK - 1));`
    const loaded = vector
      ? `${buffer}[(from${q} + at) >> 2u]`
      : `${type}(${[0, 1, 2, 3].map((j) => `${buffer}[from${q}[${j}] + at]`).join(', ')})`
    return ['{', at, `${name} = ${loaded};`, '}']
  }).flat()
}

/** A thread's pieces go to the tile that begins at `first`. */
function putLines(form: ContractForm, { q, tile: name, alongK, length, stride, pieces: count }: Side): string[] {
  const apart = (matrixThreads(form.tile) * LANES) / length
  const type = vectorType(form)
  return Array.from({ length: count }, (_, i) => {
    const line = `line${q} + ${i * apart}`
    const inside = alongK
      ? `vec4<i32>(first + quad${q}) + vec4<i32>(0, 1, 2, 3) < vec4<i32>(end)`
      : `first + ${line} < end`
    return [
      '{',
      `let piece = select(${type}(), next${q}_${i}, ${inside});`,
      `let to = (${line}) * ${stride} + quad${q};`,
      ...[0, 1, 2, 3].map((j) => `${name}[to + ${j}] = piece[${j}];`),
      '}',
    ]
  }).flat()
}

/** The matrices of all rows and columns of a subgroup, from position `position` of the tiles on. */
function multiplyLines(form: ContractForm, [a, b]: [Side, Side], position: number): string[] {
  const { m, n, k } = matrixOf(form.tile)
  const scalar = storedScalar(form.dtype)
  const { down, across } = grid(form.tile)
  const load = (side: Side, kind: string, group: string, layout: string): string => {
    const at = side.alongK ? `(${group}) * ${side.stride}u + ${position}u` : `${position * side.stride}u + ${group}`
    return `subgroupMatrixLoad<subgroup_matrix_${kind}, ${layout}>(&${side.tile}, ${at}, ${side.stride}u)`
  }
  // Lines of a are rows where they go along k; lines of b then are columns.
  const left = (i: number): string =>
    load(a, `left<${scalar}, ${k}, ${m}>`, `firstRow + ${i * m}u`, a.alongK ? 'row_major' : 'col_major')
  const right = (v: number): string =>
    load(b, `right<${scalar}, ${n}, ${k}>`, `firstColumn + ${v * n}u`, b.alongK ? 'col_major' : 'row_major')
  return [
    '{',
    ...across.map((v) => `let right${v} = ${right(v)};`),
    ...down.flatMap((i) => [
      '{',
      `let left = ${left(i)};`,
      ...across.map((v) => `product${i}_${v} = subgroupMatrixMultiplyAccumulate(left, right${v}, product${i}_${v});`),
      '}',
    ]),
    '}',
  ]
}

/** Each matrix passes through workgroup memory, where its threads find whole vectors of it. */
export function storeMatrixLines(form: ContractForm): string[] {
  const { m, n, threads } = matrixOf(form.tile)
  const { down, across } = grid(form.tile)
  const perRow = n / LANES
  return [
    `let own = subgroup * ${m * n}u;`,
    ...down.flatMap((i) =>
      across.flatMap((v) => [
        'workgroupBarrier();',
        `subgroupMatrixStore<row_major>(&sums, own, product${i}_${v}, ${n}u);`,
        'workgroupBarrier();',
        `for (var piece = invocation; piece < ${m * perRow}u; piece += ${threads}u) {`,
        `let at = own + piece * ${LANES}u;`,
        `let sum = Float(sums[at], sums[at + 1u], sums[at + 2u], sums[at + 3u]);`,
        `let row = tileRow + i32(firstRow + ${i * m}u + piece / ${perRow}u);`,
        `let column = tileColumn + i32(firstColumn + ${v * n}u + (piece % ${perRow}u) * ${LANES}u);`,
        ...finishLines(form, 'column', [['sum', 'row']]),
        '}',
      ]),
    ),
  ]
}
