import type { DType } from '@rungs/ndarray'
import {
  type ContractForm,
  columnSteps,
  extentOf,
  isWithoutTiles,
  LANES,
  plus,
  rowSteps,
  sumName,
  type Tile,
} from './contractForm.ts'
import { matrixFunctions, matrixLoop, matrixThreads, storeMatrixLines } from './contractMatrices.ts'
import { registerLoop } from './contractRegisters.ts'
import { columnsName, finishFunction, planeLines, storeLines } from './contractStore.ts'
import { tileFunctions, tileLoop } from './contractTiles.ts'
import { type BufferBinding, type KernelText, kernelText } from './kernel.ts'
import { scalarFields } from './layout.ts'
import { storedScalar, valueType } from './types.ts'

type Group = 'batch' | 'm' | 'n' | 'k'
const groupsOf = (q: number): readonly Group[] =>
  q === 0 ? ['batch', 'm', 'k'] : q === 1 ? ['batch', 'k', 'n'] : ['batch', 'm', 'n']

/**
 * Sums of products on any strides. Rows run along m and lanes along n; what m and n add to an address is worked out once.
 * Sizes need not divide anything: rows and columns are clamped on load and guarded on store.
 */
export function contractText(form: ContractForm): KernelText {
  const { tile, split } = form
  const operands = form.buffers.map((_, q) => q)
  const tiled = !isWithoutTiles(tile)
  const way = ways[tile.memory]
  const offsets = operands.flatMap((q) =>
    groupsOf(q)
      .filter((group) => group !== 'k' || tiled || split)
      .map((group) => offsetFunction(form, q, group)),
  )
  return kernelText({
    width: LANES,
    bindings: bindingsOf(form),
    fields: [
      'groupsN: i32',
      'groupsM: i32',
      'sizeM: i32',
      'sizeN: i32',
      'sizeK: i32',
      ...(split ? ['parts: i32', 'partK: i32'] : []),
      ...(['batch', 'm', 'n', 'k'] as const).flatMap((group) =>
        Array.from({ length: form[group] }, (_, axis) => `${group}${axis}: i32`),
      ),
      ...operands.flatMap((q) => [
        `offset${q}: i32`,
        ...groupsOf(q).flatMap((group) =>
          Array.from({ length: form[group] }, (_, axis) => `${group}${q}_${axis}: i32`),
        ),
      ]),
      ...scalarFields(form.epilogue?.scalarTypes ?? []),
    ],
    workgroup: tile.memory === 'matrices' ? [matrixThreads(tile), 1] : [tile.threads[1], tile.threads[0]],
    functions: [...way.functions(form), ...offsets, ...columnFunctions(form), finishFunction(form)].join('\n\n'),
    body: [...placeLines(form), ...way.sum(form), ...planeLines(form), ...way.store(form)],
  })
}

/** Functions and memory of a kind of tile, and the lines that sum and that store. */
interface Way {
  readonly functions: (form: ContractForm) => string[]
  readonly sum: (form: ContractForm) => string[]
  readonly store: (form: ContractForm) => string[]
}

const withoutTiles: Way = {
  functions: () => [],
  sum: (form) => [...threadPlaceLines(form), ...sumLines(form), ...registerLoop(form)],
  store: storeLines,
}

const ways: { readonly [memory in Tile['memory']]: Way } = {
  registers: withoutTiles,
  subgroup: withoutTiles,
  workgroup: {
    functions: (form) => [tileFunctions(form)],
    sum: (form) => [...threadPlaceLines(form), ...sumLines(form), ...tileLoop(form)],
    store: storeLines,
  },
  matrices: {
    functions: (form) => [matrixFunctions(form)],
    sum: matrixLoop,
    store: storeMatrixLines,
  },
}

function bindingsOf(form: ContractForm): BufferBinding[] {
  const lanes = [form.aLanes, form.bLanes, form.outLanes]
  return form.writes.map((writes, buffer) => {
    const inside = form.buffers.flatMap((other, q) => (other === buffer ? [q] : []))
    const vector = inside.every((q) => (lanes[q] ?? 'none') !== 'none')
    const scalar = storedScalar(dtypeOf(form, inside[0]!))
    return { name: `buffer${buffer}`, type: vector ? `vec4<${scalar}>` : scalar, writes }
  })
}

const dtypeOf = (form: ContractForm, q: number): DType =>
  q < 2 ? form.dtype : q === 2 ? form.outType : form.epilogue!.inputTypes[q - 2]!

/** What position `i` of a group adds to operand `q`'s address. */
function offsetFunction(form: ContractForm, q: number, group: Group): string {
  const rank = form[group]
  const name = `fn ${group}Of${q}(i: i32) -> i32`
  if (rank === 1) return `${name} {\n  return i * p.${group}${q}_0;\n}`
  const lines = ['var rest = i;', 'var at = 0;']
  for (let axis = rank - 1; axis > 0; axis--) {
    lines.push(`at += (rest % p.${group}${axis}) * p.${group}${q}_${axis};`, `rest /= p.${group}${axis};`)
  }
  return `${name} {\n  ${lines.join('\n  ')}\n  return at + rest * p.${group}${q}_0;\n}`
}

/** What four neighbouring columns add to the addresses of the operands that are reached element by element. */
const columnFunctions = (form: ContractForm): string[] =>
  form.buffers.flatMap((_, q) => {
    if (q === 0 || (q === 1 && form.bLanes === 'n') || (q === 2 && form.outLanes === 'n')) return []
    const lanes = Array.from({ length: LANES }, (_, j) => `nOf${q}(min(${plus('column', j)}, p.sizeN - 1))`)
    return [
      `fn ${columnsName(q)}(column: i32) -> vec4<i32> {\n  return vec4<i32>(\n    ${lanes.join(',\n    ')},\n  );\n}`,
    ]
  })

/** Which results this workgroup computes, and of which positions of k. */
function placeLines({ tile, split }: ContractForm): string[] {
  const { m, n } = extentOf(tile)
  return [
    'let plane = i32(workgroup) / p.groupsN;',
    'let layer = plane / p.groupsM;',
    `let tileColumn = (i32(workgroup) - plane * p.groupsN) * ${n};`,
    `let tileRow = (plane - layer * p.groupsM) * ${m};`,
    'if (layer >= p.threads) {',
    'return;',
    '}',
    ...(split
      ? [
          'let batch = layer / p.parts;',
          'let part = layer - batch * p.parts;',
          'let start = part * p.partK;',
          'let end = min(start + p.partK, p.sizeK);',
        ]
      : ['let batch = layer;', 'let start = 0;', 'let end = p.sizeK;']),
  ]
}

/** A thread's first row and column. */
function threadPlaceLines({ tile }: ContractForm): string[] {
  const { memory, threads, results } = tile
  return [
    `let across = i32(local % ${threads[1]}u);`,
    `let down = i32(local / ${threads[1]}u);`,
    `let column = tileColumn + across * ${LANES};`,
    `let row = tileRow + down * ${isWithoutTiles(tile) ? results[0] : LANES};`,
    ...(memory === 'registers' ? ['if (row >= p.sizeM || column >= p.sizeN) {', 'return;', '}'] : []),
  ]
}

const sumLines = ({ tile, dtype }: ContractForm): string[] =>
  rowSteps(tile).flatMap((_, i) => columnSteps(tile).map((_, v) => `var ${sumName(i, v)} = ${valueType(dtype)}();`))
