import type { DType, TypedProgram } from '@rungs/ndarray'
import { type BufferBinding, type KernelText, kernelText } from './kernel.ts'
import { scalarFields, scalarText } from './layout.ts'
import { usedInputs } from './map.ts'
import { castText, programText } from './operators.ts'
import { fromStored, storedScalar, toStored, valueType } from './types.ts'

/** Columns of the result that a thread computes: the lanes of one vector. */
const COLUMNS = 4
/** Threads of a workgroup along n and along m. */
const SIDE = 8
/** What a workgroup computes: columns along n, rows along m. */
export const tileOf = (rows: number): { n: number; m: number } => ({ n: SIDE * COLUMNS, m: SIDE * rows })

/** Along which group an operand is read, or written, four elements at once; `none`: one by one, at any stride. */
export type Lanes = 'none' | 'm' | 'n' | 'k'

export interface ContractForm {
  /** Axes of each group. */
  readonly batch: number
  readonly m: number
  readonly n: number
  readonly k: number
  /** Rows of the result that a thread computes. */
  readonly rows: number
  readonly dtype: DType
  readonly aLanes: Lanes
  readonly bLanes: Lanes
  readonly outLanes: Lanes
  /** Buffers of a, b, out, then of the epilogue's inputs; which of them are written. */
  readonly buffers: readonly number[]
  readonly writes: readonly boolean[]
  readonly outType: DType
  readonly epilogue: TypedProgram | null
  /** Each workgroup row sums one part of k, and the parts of a result stand one behind the other. */
  readonly split: boolean
}

type Group = 'batch' | 'm' | 'n' | 'k'
const groupsOf = (q: number): readonly Group[] =>
  q === 0 ? ['batch', 'm', 'k'] : q === 1 ? ['batch', 'k', 'n'] : ['batch', 'm', 'n']

/**
 * Sums of products without shared memory: a thread keeps `rows` × 4 results in registers. What m and n add to an address
 * is worked out once; k walks by counters, one loop without division. Sizes need not divide anything: rows and columns are
 * clamped on load and guarded on store.
 *
 * Rows run along m and lanes along n. Measured on software adapters, whose barriers cost more than they save; a form with
 * tiles in shared memory, for hardware, can stand beside this one.
 */
export function contractText(form: ContractForm): KernelText {
  const { rows, k, dtype, split } = form
  const type = valueType(dtype)
  const step = form.aLanes === 'k' || form.bLanes === 'k' ? 4 : 1
  const operands = form.buffers.map((_, q) => q)
  return kernelText({
    width: COLUMNS,
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
    workgroup: [SIDE, SIDE],
    functions: operands
      .flatMap((q) => groupsOf(q).map((group) => (group === 'k' && !split ? '' : offsetFunction(form, q, group))))
      .filter((text) => text !== '')
      .join('\n\n'),
    body: [
      ...placeLines(form),
      ...rowOffsets(form),
      ...columnOffsets(form),
      ...Array.from({ length: rows }, (_, i) => `var sum${i} = ${type}();`),
      ...(split
        ? ['let start = part * p.partK;', 'let end = min(start + p.partK, p.sizeK);']
        : ['let start = 0;', 'let end = p.sizeK;']),
      ...counterLines(form),
      `for (var position = start; position < end; position += ${step}) {`,
      ...Array.from({ length: step }, (_, i) => i).flatMap((i) => productLines(form, i, step)),
      ...advanceLines(k, step),
      '}',
      ...storeAll(form),
    ],
  })
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

/** Which results this thread computes. */
const placeLines = ({ rows, split }: ContractForm): string[] => [
  'let plane = i32(workgroup) / p.groupsN;',
  'let layer = plane / p.groupsM;',
  `let across = i32(local % ${SIDE}u);`,
  `let down = i32(local / ${SIDE}u);`,
  `let column = (i32(workgroup) - plane * p.groupsN) * ${tileOf(rows).n} + across * ${COLUMNS};`,
  `let row = (plane - layer * p.groupsM) * ${tileOf(rows).m} + down * ${rows};`,
  'if (layer >= p.threads || row >= p.sizeM || column >= p.sizeN) {',
  'return;',
  '}',
  ...(split ? ['let batch = layer / p.parts;', 'let part = layer - batch * p.parts;'] : ['let batch = layer;']),
]

function rowOffsets({ rows, aLanes }: ContractForm): string[] {
  const lines = ['let base0 = p.offset0 + batchOf0(batch);']
  // Four rows at once begin at a multiple of four, and the last four overlap nothing beyond the padding.
  const each = aLanes === 'm' ? 4 : 1
  const last = aLanes === 'm' ? '(p.sizeM - 1) & -4' : 'p.sizeM - 1'
  for (let i = 0; i < rows; i += each) lines.push(`let row${i} = base0 + mOf0(min(row + ${i}, ${last}));`)
  return lines
}

function columnOffsets({ bLanes }: ContractForm): string[] {
  const lines = ['let base1 = p.offset1 + batchOf1(batch);']
  if (bLanes === 'n') return [...lines, 'let column0 = base1 + nOf1(column);']
  for (let j = 0; j < COLUMNS; j++) lines.push(`let column${j} = base1 + nOf1(min(column + ${j}, p.sizeN - 1));`)
  return lines
}

/** Where k begins: zero, or the coordinates of the part's first position. */
function counterLines({ k, split }: ContractForm): string[] {
  const lines = split ? ['var k0 = kOf0(start);', 'var k1 = kOf1(start);'] : ['var k0 = 0;', 'var k1 = 0;']
  if (split && k > 1) lines.push('var left = start;')
  for (let axis = k - 1; axis > 0; axis--) {
    lines.push(`var count${axis} = ${split ? `left % p.k${axis}` : '0'};`)
    if (split && axis > 1) lines.push(`left /= p.k${axis};`)
  }
  return lines
}

/** The counters as an odometer: a carry steps the next axis and takes this one back to its beginning. */
function advanceLines(k: number, step: number): string[] {
  const by = step === 1 ? '' : ' * 4'
  const lines = [`k0 += p.k0_${k - 1}${by};`, `k1 += p.k1_${k - 1}${by};`]
  for (let axis = k - 1; axis > 0; axis--) {
    lines.push(
      `count${axis} += ${axis === k - 1 ? step : 1};`,
      `if (count${axis} == p.k${axis}) {`,
      `count${axis} = 0;`,
      `k0 += p.k0_${axis - 1} - p.k${axis} * p.k0_${axis};`,
      `k1 += p.k1_${axis - 1} - p.k${axis} * p.k1_${axis};`,
    )
  }
  for (let axis = k - 1; axis > 0; axis--) lines.push('}')
  return lines
}

/** Load one position of k, or the `i`-th of four that were loaded together, and add its products. */
function productLines(form: ContractForm, i: number, step: number): string[] {
  const { rows, dtype, k, aLanes, bLanes, buffers } = form
  const type = valueType(dtype)
  const a = `buffer${buffers[0]}`
  const b = `buffer${buffers[1]}`
  const lines: string[] = []
  const at = (q: number): string => (i === 0 ? `k${q}` : `k${q} + ${i} * p.k${q}_${k - 1}`)
  if (i === 0 && aLanes === 'k') for (let r = 0; r < rows; r++) lines.push(`let a${r} = ${a}[(row${r} + k0) >> 2u];`)
  if (i === 0 && bLanes === 'k') {
    for (let j = 0; j < COLUMNS; j++) lines.push(`let b${j} = ${b}[(column${j} + k1) >> 2u];`)
  }
  if (step > 1) lines.push('{')
  const rowOf: string[] = []
  for (let r = 0; r < rows; r++) {
    if (aLanes === 'k') rowOf.push(`a${r}[${i}]`)
    else if (aLanes === 'm') {
      if (r % 4 === 0) lines.push(`let a${r} = ${a}[(row${r} + ${at(0)}) >> 2u];`)
      rowOf.push(`a${r - (r % 4)}[${r % 4}]`)
    } else {
      lines.push(`let a${r} = ${a}[row${r} + ${at(0)}];`)
      rowOf.push(`a${r}`)
    }
  }
  if (bLanes === 'n') lines.push(`let b = ${b}[(column0 + ${at(1)}) >> 2u];`)
  else {
    const column = (j: number): string => (bLanes === 'k' ? `b${j}[${i}]` : `${b}[column${j} + ${at(1)}]`)
    lines.push(`let b = ${type}(${[0, 1, 2, 3].map(column).join(', ')});`)
  }
  for (let r = 0; r < rows; r++) {
    const x = `${type}(${rowOf[r]})`
    lines.push(type === 'Float' ? `sum${r} = fma(${x}, b, sum${r});` : `sum${r} += ${x} * b;`)
  }
  if (step > 1) lines.push('}')
  return lines
}

/** Finish and store row by row. */
function storeAll(form: ContractForm): string[] {
  const { rows, buffers } = form
  const finished = form.buffers.flatMap((_, q) => (q < 2 ? [] : [q]))
  const lines: string[] = []
  for (const q of finished) {
    if (q > 2 && !readsInput(form, q)) continue
    const offset = form.split && q === 2 ? `p.offset2 + layer * p.sizeM * p.sizeN` : `p.offset${q} + batchOf${q}(batch)`
    lines.push(`let base${q} = ${offset};`)
    if (q === 2 && form.outLanes === 'n') lines.push('let to0 = base2 + nOf2(column);')
    else {
      const name = q === 2 ? 'to' : `from${q}_`
      for (let j = 0; j < COLUMNS; j++)
        lines.push(`let ${name}${j} = base${q} + nOf${q}(min(column + ${j}, p.sizeN - 1));`)
    }
  }
  for (let r = 0; r < rows; r++) {
    lines.push(r === 0 ? '{' : `if (row + ${r} < p.sizeM) {`, ...finishRow(form, r))
    const out = `buffer${buffers[2]}`
    lines.push(`let to = mOf2(row + ${r});`)
    if (form.outLanes === 'n') lines.push(`${out}[(to0 + to) >> 2u] = value;`)
    else {
      lines.push(`${out}[to0 + to] = value[0];`)
      for (let j = 1; j < COLUMNS; j++)
        lines.push(`if (column + ${j} < p.sizeN) {`, `${out}[to${j} + to] = value[${j}];`, '}')
    }
    lines.push('}')
  }
  return lines
}

const readsInput = (form: ContractForm, q: number): boolean => usedInputs(form.epilogue!).includes(q - 2)

/** `value`: the sums of one row, through the epilogue, as they are stored. */
function finishRow(form: ContractForm, r: number): string[] {
  const { epilogue, dtype, outType } = form
  const sum = dtype === 'uint8' ? `(sum${r} & Uint(255u))` : `sum${r}`
  if (epilogue === null) return [`let value = ${toStored(outType, castText(dtype, outType, sum))};`]
  const lines: string[] = []
  for (const input of usedInputs(epilogue)) {
    if (input === 0) continue
    const q = input + 2
    const inType = epilogue.inputTypes[input]!
    const lanes = [0, 1, 2, 3].map((j) => `buffer${form.buffers[q]}[from${q}_${j} + at${q}]`)
    lines.push(
      `let at${q} = mOf${q}(row + ${r});`,
      `let x${q} = ${fromStored(inType, `vec4<${storedScalar(inType)}>(${lanes.join(', ')})`)};`,
    )
  }
  const text = programText(epilogue, {
    input: (i) => (i === 0 ? sum : `x${i + 2}`),
    scalar: (i) => scalarText(epilogue.scalarTypes, i),
    coord: () => 'Int(0)',
  })
  return [...lines, ...text.lines, `let value = ${toStored(outType, text.results[0]!)};`]
}
