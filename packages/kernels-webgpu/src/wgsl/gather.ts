import type { DType } from '@rungs/ndarray'
import { type BufferBinding, type KernelText, kernelText } from './kernel.ts'
import {
  addressText,
  coordinateLines,
  loadLines,
  type SpaceForm,
  spaceBindings,
  spaceFields,
  storeLines,
} from './layout.ts'
import { MAP_WORKGROUP, threadLines } from './map.ts'
import { fromStored, storedScalar, vectorOf, type Width } from './types.ts'

/** The indexed axis, and the number of the operation that is raised when an index lies outside it. */
export const axisFields: readonly string[] = ['axisStride: i32', 'axisSize: i32', 'operation: u32']
/** Word 0: number of the first operation that met a wrong index, 0 for none; word 1: the index. */
export const flagsBinding: BufferBinding = { name: 'flags', type: 'atomic<u32>', writes: true }

/** `placeOf` clamps an index into the axis; `report` raises the flag where it had to. */
export const indexFunctions = (width: Width): string => `fn placeOf(index: Int) -> Int {
  let place = select(index, index + Int(p.axisSize), index < Int(0));
  return max(min(place, Int(p.axisSize - 1)), Int(0));
}

fn report(index: Int, counts: Bool) {
  let wrong = counts & ((index < Int(-p.axisSize)) | (index >= Int(p.axisSize)));
  if (!any(wrong)) {
    return;
  }
  ${
    width === 1
      ? 'let first = index;'
      : `var first = index[3];
  for (var lane = 2; lane >= 0; lane -= 1) {
    first = select(first, index[lane], wrong[lane]);
  }`
  }
  let claim = atomicCompareExchangeWeak(&flags[0], 0u, p.operation);
  if (claim.exchanged) {
    atomicStore(&flags[1], bitcast<u32>(first));
  } else if (claim.old_value == 0u) {
    atomicMax(&flags[0], p.operation);
  }
}`

/** Operands: out, source, index. Neighbours along the last axis are computed together. */
export function gatherText(form: SpaceForm): KernelText {
  const { rank, width, operands } = form
  const { dtype, buffer } = operands[1]!
  const at = (q: number): string => addressText(form, q, 0, rank, `p.offset${q}`)
  const element = (lane: number): string => {
    const along = lane === 0 ? '' : ` + ${lane === 1 ? '' : `${lane} * `}p.stride1_${rank - 1}`
    return `buffer${buffer}[at1 + place${width === 1 ? '' : `[${lane}]`} * p.axisStride${along}]`
  }
  const lanes = width === 1 ? [0] : [0, 1, 2, 3]
  const stored = width === 1 ? element(0) : `${vectorOf(storedScalar(dtype), width)}(${lanes.map(element).join(', ')})`
  return kernelText({
    width,
    bindings: [...spaceBindings(form), flagsBinding],
    fields: [...spaceFields(form), ...axisFields],
    workgroup: [MAP_WORKGROUP, 1],
    functions: indexFunctions(width),
    body: [
      ...threadLines(MAP_WORKGROUP),
      ...coordinateLines(form, 0, rank, 'thread'),
      ...loadLines(form, 2, at(2)),
      ...(width === 1
        ? ['report(x2, true);']
        : [`let lanes = p.size${rank - 1} - i${rank - 1};`, 'report(x2, Int(0, 1, 2, 3) < Int(lanes));']),
      'let place = placeOf(x2);',
      `let at1 = ${at(1)};`,
      `let value = ${fromStored(dtype, stored)};`,
      ...storeLines(form, 0, at(0), 'value', width === 4 ? 'lanes' : null),
    ],
  })
}

/** What is left of a number after an addition, by dtype. */
const sums = (dtype: DType): string =>
  dtype === 'uint8' ? '(old + x2) & Uint(255u)' : dtype === 'bool' ? 'old | x2' : 'old + x2'

/**
 * Operands: target, index, source; the last axis is the indexed one. A thread owns a line of the target (four neighbouring
 * lines, where they lie so and share their index) and walks the axis in order: the last `set` wins, and sums have one order.
 */
export function scatterText(op: 'set' | 'add', form: SpaceForm): KernelText {
  const { rank, width, operands } = form
  const kept = rank - 1
  const [target, index] = operands
  const dtype = target!.dtype
  const place = `buffer${target!.buffer}[${width === 4 ? 'to >> 2u' : 'to'}]`
  const next =
    op === 'set' ? ['let next = x2;'] : [`let old = ${fromStored(dtype, place)};`, `let next = ${sums(dtype)};`]
  const stored = dtype === 'bool' ? 'select(Uint(0u), Uint(1u), next)' : 'next'
  return kernelText({
    width,
    bindings: [...spaceBindings(form), flagsBinding],
    fields: [...spaceFields(form), ...axisFields],
    workgroup: [MAP_WORKGROUP, 1],
    functions: indexFunctions(width),
    body: [
      ...threadLines(MAP_WORKGROUP),
      ...coordinateLines(form, 0, kept, 'thread'),
      ...[0, 1, 2].map((q) => `let base${q} = ${addressText(form, q, 0, kept, `p.offset${q}`)};`),
      `for (var i${kept} = 0; i${kept} < p.size${kept}; i${kept} += 1) {`,
      `let index = Int(buffer${index!.buffer}[${addressText(form, 1, kept, rank, 'base1')}]);`,
      'report(index, Bool(true));',
      `let to = base0 + placeOf(index)${width === 4 ? '.x' : ''} * p.axisStride;`,
      ...loadLines(form, 2, addressText(form, 2, kept, rank, 'base2')),
      ...next,
      `${place} = ${stored};`,
      '}',
    ],
  })
}
