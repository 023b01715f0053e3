import { type ContractForm, LANES, productLine } from './contractForm.ts'
import { columnsName } from './contractStore.ts'
import { readingAhead } from './kernel.ts'
import { computedType, fromStored, storedScalar, valueType } from './types.ts'

/**
 * The sums without workgroup memory: k walks by counters, one loop without division. Measured on software adapters, whose
 * barriers cost more than they save. A thread has one vector of columns.
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

function rowOffsets({ tile, aLanes }: ContractForm): string[] {
  const lines = ['let base0 = p.offset0 + batchOf0(batch);']
  // Four rows at once begin at a multiple of four, and the last four overlap nothing beyond the padding.
  const each = aLanes === 'm' ? 4 : 1
  const last = aLanes === 'm' ? '(p.sizeM - 1) & -4' : 'p.sizeM - 1'
  for (let i = 0; i < tile.results[0]; i += each) lines.push(`let row${i} = base0 + mOf0(min(row + ${i}, ${last}));`)
  return lines
}

const columnOffsets = ({ bLanes }: ContractForm): string[] => [
  'let base1 = p.offset1 + batchOf1(batch);',
  `let columns = base1 + ${bLanes === 'n' ? 'nOf1' : columnsName(1)}(column);`,
]

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
  const type = valueType(dtype)
  const scalar = storedScalar(computedType(dtype))
  const a = `buffer${buffers[0]}`
  const b = `buffer${buffers[1]}`
  const lines: string[] = []
  const at = (q: number): string => (i === 0 ? `k${q}` : `k${q} + ${i} * p.k${q}_${k - 1}`)
  if (i === 0 && aLanes === 'k')
    for (let r = 0; r < rows; r++) lines.push(`let a${r} = ${fromStored(dtype, `${a}[(row${r} + k0) >> 2u]`)};`)
  if (i === 0 && bLanes === 'k') {
    for (let j = 0; j < LANES; j++) lines.push(`let b${j} = ${fromStored(dtype, `${b}[(columns[${j}] + k1) >> 2u]`)};`)
  }
  if (step > 1) lines.push('{')
  const rowOf: string[] = []
  for (let r = 0; r < rows; r++) {
    if (aLanes === 'k') rowOf.push(`a${r}[${i}]`)
    else if (aLanes === 'm') {
      if (r % 4 === 0) lines.push(`let a${r} = ${fromStored(dtype, `${a}[(row${r} + ${at(0)}) >> 2u]`)};`)
      rowOf.push(`a${r - (r % 4)}[${r % 4}]`)
    } else {
      lines.push(`let a${r} = ${scalar}(${a}[row${r} + ${at(0)}]);`)
      rowOf.push(`a${r}`)
    }
  }
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
