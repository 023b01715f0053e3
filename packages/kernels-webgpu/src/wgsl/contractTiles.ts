import {
  type ContractForm,
  columnSteps,
  extentOf,
  isWithoutTiles,
  LANES,
  plus,
  productLine,
  rowSteps,
  type Tile,
} from './contractForm.ts'
import { overTiles } from './contractLoop.ts'
import { valueType } from './types.ts'

/** The way of one operand, a or b, into workgroup memory. */
interface Side {
  readonly q: 0 | 1
  readonly group: 'm' | 'n'
  readonly tile: string
  /** Rows of a, or columns of b, that a tile takes, four to a vector. */
  readonly quads: number
  /** Vectors between two positions of k. One is left empty: threads that write one quad of many positions meet no others. */
  readonly stride: number
  /** Vectors that each thread brings. */
  readonly pieces: number
  /** Four neighbours are one vector in the operand too. */
  readonly vector: boolean
  readonly alongK: boolean
  readonly buffer: string
}

const threadsOf = ({ threads }: Tile): number => threads[0] * threads[1]

/** Bytes of workgroup memory that a tile takes. */
export function tileBytes(tile: Tile): number {
  if (isWithoutTiles(tile)) return 0
  const { m, n } = extentOf(tile)
  return tile.depth * (m + n + 2 * LANES) * 4
}

function sidesOf(form: ContractForm): [Side, Side] {
  const { tile, alongK, buffers } = form
  const extent = extentOf(tile)
  const side = (q: 0 | 1, group: 'm' | 'n', name: string, vector: boolean): Side => {
    const quads = extent[group] / LANES
    const pieces = (quads * tile.depth) / threadsOf(tile)
    return {
      q,
      group,
      tile: name,
      quads,
      stride: quads + 1,
      pieces,
      vector,
      alongK: alongK[q],
      buffer: `buffer${buffers[q]}`,
    }
  }
  return [side(0, 'm', 'tileA', form.aLanes === 'm'), side(1, 'n', 'tileB', form.bLanes === 'n')]
}

export const tileFunctions = (form: ContractForm): string =>
  sidesOf(form)
    .map(({ tile, stride }) => `var<workgroup> ${tile}: array<${valueType(form.dtype)}, ${stride * form.tile.depth}>;`)
    .join('\n')

/** The sums through tiles in workgroup memory; beyond the end of k, tiles are filled with zeros. */
export function tileLoop(form: ContractForm): string[] {
  const { tile, dtype } = form
  const sides = sidesOf(form)
  return [
    'let thread = i32(local);',
    ...sides.flatMap((side) => placeLines(side, tile)),
    ...sides.flatMap((side) => pieceNumbers(side).map((i) => `var next${side.q}_${i} = ${valueType(dtype)}();`)),
    ...overTiles({
      depth: tile.depth,
      fetch: sides.flatMap((side) => fetchLines(form, side)),
      put: sides.flatMap((side) => putLines(form, side)),
      multiply: Array.from({ length: tile.depth }, (_, position) => multiplyLines(form, sides, position)).flat(),
    }),
  ]
}

const pieceNumbers = ({ pieces }: Side): number[] => Array.from({ length: pieces }, (_, i) => i)

/** A thread's pieces share their position of k where neighbouring threads go along k, else their quad. */
const positionText = ({ q, alongK }: Side, i: number): string => (alongK ? `position${q}` : `position${q}_${i}`)
const quadText = ({ q, alongK }: Side, i: number): string => (alongK ? `quad${q}_${i}` : `quad${q}`)
const fromText = ({ q, alongK }: Side, i: number): string => (alongK ? `from${q}_${i}` : `from${q}`)
const slotText = (side: Side, i: number): string => `${positionText(side, i)} * ${side.stride} + ${quadText(side, i)}`

/** Which pieces a thread brings, and where their rows or columns begin. */
function placeLines(side: Side, tile: Tile): string[] {
  const { q, quads, alongK } = side
  const threads = threadsOf(tile)
  const lines = [`let base${q} = p.offset${q} + batchOf${q}(batch);`]
  if (alongK) {
    lines.push(`let position${q} = thread % ${tile.depth};`)
    for (const i of pieceNumbers(side)) {
      const quad = plus(`thread / ${tile.depth}`, (i * threads) / tile.depth)
      lines.push(`let quad${q}_${i} = ${quad};`, ...fromLines(side, i))
    }
    return lines
  }
  lines.push(`let quad${q} = thread % ${quads};`, ...fromLines(side, 0))
  for (const i of pieceNumbers(side)) {
    lines.push(`let position${q}_${i} = ${plus(`thread / ${quads}`, (i * threads) / quads)};`)
  }
  return lines
}

function fromLines(side: Side, i: number): string[] {
  const { q, group, vector } = side
  const [start, size] = group === 'm' ? ['tileRow', 'p.sizeM'] : ['tileColumn', 'p.sizeN']
  const quad = quadText(side, i)
  const name = fromText(side, i)
  // The last four overlap nothing beyond the padding.
  if (vector) return [`let ${name} = base${q} + ${group}Of${q}(min(${start} + ${quad} * 4, (${size} - 1) & -4));`]
  const each = [0, 1, 2, 3].map((j) => `${group}Of${q}(min(${plus(`${start} + ${quad} * 4`, j)}, ${size} - 1))`)
  return [`let ${name} = base${q} + vec4<i32>(`, ...each.map((text) => `  ${text},`), ');']
}

/** A thread's pieces go to the tile that begins at `first`. What was read is not looked at before: a load takes its time. */
const putLines = (form: ContractForm, side: Side): string[] =>
  pieceNumbers(side).map((i) => {
    const inside = `first + ${positionText(side, i)} < end`
    return `${side.tile}[${slotText(side, i)}] = select(${valueType(form.dtype)}(), next${side.q}_${i}, ${inside});`
  })

/** Read a thread's pieces of the tile that begins at `first`. */
function fetchLines(form: ContractForm, side: Side): string[] {
  const { q, vector, buffer } = side
  const type = valueType(form.dtype)
  return pieceNumbers(side).flatMap((i) => {
    const from = fromText(side, i)
    const lanes = [0, 1, 2, 3].map((j) => `${buffer}[${from}[${j}] + at]`)
    const loaded = vector ? `${buffer}[(${from} + at) >> 2u]` : `vec4(${lanes.join(', ')})`
    return [
      '{',
      `let at = kOf${q}(min(first + ${positionText(side, i)}, p.sizeK - 1));`,
      `next${q}_${i} = ${type}(${loaded});`,
      '}',
    ]
  })
}

/** Every product of one position of k. */
function multiplyLines(form: ContractForm, [a, b]: [Side, Side], position: number): string[] {
  const { tile } = form
  const [down, across] = tile.threads
  const rows = rowSteps(tile)
  const columns = columnSteps(tile)
  const place = (side: Side, threads: number, thread: string, i: number): string =>
    `${side.tile}[${plus(thread, position * side.stride + i * threads)}]`
  return [
    '{',
    ...rows.filter((_, i) => i % LANES === 0).map((_, i) => `let a${i} = ${place(a, down, 'down', i)};`),
    ...columns.map((_, v) => `let b${v} = ${place(b, across, 'across', v)};`),
    ...rows.flatMap((_, i) =>
      columns.map((_, v) => productLine(form, i, v, `a${Math.floor(i / LANES)}[${i % LANES}]`, `b${v}`)),
    ),
    '}',
  ]
}
