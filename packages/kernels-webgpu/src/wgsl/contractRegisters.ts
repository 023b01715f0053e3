import { type ContractForm, LANES, productLine } from './contractForm.ts'
import { columnsName } from './contractStore.ts'
import { readingAhead } from './kernel.ts'
import { computedType, fromStored, storedScalar, valueType } from './types.ts'

/**
 * The sums without workgroup memory: k walks by counters, one loop without division. Measured on software adapters, whose
 * barriers cost more than they save, and whose reads cost more than handing on what others have read. A thread has one vector
 * of columns.
 */
export function registerLoop(form: ContractForm): string[] {
  const { k } = form
  const step = form.aLanes === 'k' || form.bLanes === 'k' ? 4 : 1
  return [
    ...rowOffsets(form),
    ...columnOffsets(form),
    ...counterLines(form),
    ...readingAhead([
      `for (var position = start; position < end; position += ${step}) {`,
      ...Array.from({ length: step }, (_, i) => i).flatMap((i) => productLines(form, i, step)),
      ...advanceLines(k, step),
      '}',
    ]),
  ]
}

/** Threads that have their rows in common, and hand what they read of them to each other. */
const sharingOf = ({ tile, subgroup }: ContractForm): number => (tile.memory === 'subgroup' ? subgroup : 1)

/** How many rows are read at once, how often that makes all of them, and how often a thread reads. */
function readsOf(form: ContractForm): { each: number; count: number; own: number } {
  const each = form.aLanes === 'm' ? 4 : 1
  const count = form.tile.results[0] / each
  return { each, count, own: Math.ceil(count / sharingOf(form)) }
}

function rowOffsets(form: ContractForm): string[] {
  const { aLanes } = form
  const sharing = sharingOf(form)
  const { each, count, own } = readsOf(form)
  const lines = ['let base0 = p.offset0 + batchOf0(batch);']
  // Four rows at once begin at a multiple of four, and the last four overlap nothing beyond the padding.
  const last = aLanes === 'm' ? '(p.sizeM - 1) & -4' : 'p.sizeM - 1'
  if (sharing === 1) {
    for (let i = 0; i < count; i++) lines.push(`let row${i} = base0 + mOf0(min(row + ${i * each}, ${last}));`)
    return lines
  }
  for (let j = 0; j < own; j++) {
    const mine = `min(i32(invocation) + ${j * sharing}, ${count - 1}) * ${each}`
    lines.push(`let row${j} = base0 + mOf0(min(row + ${mine}, ${last}));`)
  }
  return lines
}

function columnOffsets(form: ContractForm): string[] {
  const { bLanes } = form
  // Threads beyond the last column stay, to hand on what they read.
  const column = sharingOf(form) > 1 ? 'min(column, (p.sizeN - 1) & -4)' : 'column'
  return [
    'let base1 = p.offset1 + batchOf1(batch);',
    `let columns = base1 + ${bLanes === 'n' ? `nOf1(${column})` : `${columnsName(1)}(${column})`};`,
  ]
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
  const { tile, dtype, k, aLanes, bLanes, buffers } = form
  const rows = tile.results[0]
  const sharing = sharingOf(form)
  const { each, own } = readsOf(form)
  const type = valueType(dtype)
  const scalar = storedScalar(computedType(dtype))
  const a = `buffer${buffers[0]}`
  const b = `buffer${buffers[1]}`
  const lines: string[] = []
  const at = (q: number): string => (i === 0 ? `k${q}` : `k${q} + ${i} * p.k${q}_${k - 1}`)
  if (i === 0 && aLanes === 'k') {
    for (let r = 0; r < own; r++) lines.push(`let a${r} = ${fromStored(dtype, `${a}[(row${r} + k0) >> 2u]`)};`)
  }
  if (i === 0 && bLanes === 'k') {
    for (let j = 0; j < LANES; j++) lines.push(`let b${j} = ${fromStored(dtype, `${b}[(columns[${j}] + k1) >> 2u]`)};`)
  }
  if (step > 1) lines.push('{')
  if (aLanes !== 'k') {
    for (let r = 0; r < own; r++) {
      const read =
        each === 4 ? fromStored(dtype, `${a}[(row${r} + ${at(0)}) >> 2u]`) : `${scalar}(${a}[row${r} + ${at(0)}])`
      lines.push(`let a${r} = ${read};`)
    }
  }
  const rowOf = Array.from({ length: rows }, (_, r) => {
    const place = Math.floor(r / each)
    const component = aLanes === 'k' ? `[${i}]` : each === 4 ? `[${r % 4}]` : ''
    if (sharing === 1) return `a${place}${component}`
    return `subgroupBroadcast(a${Math.floor(place / sharing)}${component}, ${place % sharing}u)`
  })
  if (bLanes === 'n') lines.push(`let b = ${type}(${b}[(columns + ${at(1)}) >> 2u]);`)
  else {
    const column = (j: number): string => (bLanes === 'k' ? `b${j}[${i}]` : `${b}[columns[${j}] + ${at(1)}]`)
    const scalars = [0, 1, 2, 3].map(column).join(', ')
    lines.push(`let b = ${type}(vec4(${scalars}));`)
  }
  for (let r = 0; r < rows; r++) lines.push(productLine(form, r, 0, rowOf[r]!, 'b'))
  if (step > 1) lines.push('}')
  return lines
}
