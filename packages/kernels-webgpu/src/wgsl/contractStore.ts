import { type ContractForm, columnSteps, LANES, plus, rowSteps, sumName } from './contractForm.ts'
import { scalarText } from './layout.ts'
import { usedInputs } from './map.ts'
import { castText, programText } from './operators.ts'
import { fromStored, storedScalar, toStored, valueType } from './types.ts'

/** The function that gives what four neighbouring columns add to the address of operand `q`. */
export const columnsName = (q: number): string => `columnsOf${q}`

/** The operands that finishing a sum touches: the output and the inputs of the epilogue that it uses. */
const finished = ({ epilogue }: ContractForm): number[] =>
  epilogue === null ? [2] : [2, ...usedInputs(epilogue).flatMap((input) => (input === 0 ? [] : [input + 2]))]

const isVector = (form: ContractForm, q: number): boolean => q === 2 && form.outLanes === 'n'

/** Where the results of this workgroup's layer begin, in each operand that is touched. */
export const planeLines = (form: ContractForm): string[] =>
  finished(form).map((q) => {
    const plane = form.split && q === 2 ? 'layer * p.sizeM * p.sizeN' : `batchOf${q}(batch)`
    return `let plane${q} = p.offset${q} + ${plane};`
  })

/** Finish and store sums of four neighbouring columns, each with its row. */
export function finishLines(
  form: ContractForm,
  column: string,
  sums: readonly (readonly [string, string])[],
): string[] {
  const operands = finished(form)
  const places = operands.map((q) => `plane${q} + ${isVector(form, q) ? 'nOf2' : columnsName(q)}(${column})`)
  const at = operands.map((q) => `at${q}`).join(', ')
  return [
    ...operands.map((q, i) => `let at${q} = ${places[i]};`),
    ...sums.map(([sum, row]) => `finish(${sum}, ${row}, ${column}, ${at});`),
  ]
}

/** Finish and store the sums of a thread, row by row. */
export function storeLines(form: ContractForm): string[] {
  const rows = rowSteps(form.tile)
  return columnSteps(form.tile).flatMap((ahead, v) => {
    const sums = rows.map((below, i): [string, string] => [sumName(i, v), plus('row', below)])
    return ['{', ...finishLines(form, plus('column', ahead), sums), '}']
  })
}

/** `finish`: the sums of four neighbouring columns of one row, through the epilogue, as they are stored. */
export function finishFunction(form: ContractForm): string {
  const { dtype, buffers } = form
  const out = `buffer${buffers[2]}`
  const parameters = finished(form).map((q) => `at${q}: ${isVector(form, q) ? 'i32' : 'vec4<i32>'}`)
  const stores = isVector(form, 2)
    ? [`${out}[(at2 + mOf2(row)) >> 2u] = value;`]
    : [
        'let to = at2 + mOf2(row);',
        ...Array.from({ length: LANES }, (_, j) =>
          j === 0
            ? [`${out}[to[0]] = value[0];`]
            : [`if (column + ${j} < p.sizeN) {`, `  ${out}[to[${j}]] = value[${j}];`, '}'],
        ).flat(),
      ]
  const body = [...valueLines(form), ...stores].map((line) => `    ${line}`).join('\n')
  return `fn finish(sum: ${valueType(dtype)}, row: i32, column: i32, ${parameters.join(', ')}) {
  if (row < p.sizeM && column < p.sizeN) {
${body}
  }
}`
}

function valueLines(form: ContractForm): string[] {
  const { epilogue, dtype, outType } = form
  const sum = dtype === 'uint8' ? '(sum & Uint(255u))' : 'sum'
  if (epilogue === null) return [`let value = ${toStored(outType, castText(dtype, outType, sum))};`]
  const inputs = finished(form).slice(1)
  const loads = inputs.flatMap((q) => {
    const inType = epilogue.inputTypes[q - 2]!
    const lanes = [0, 1, 2, 3].map((j) => `buffer${form.buffers[q]}[from${q}[${j}]]`)
    return [
      `let from${q} = at${q} + mOf${q}(row);`,
      `let x${q} = ${fromStored(inType, `vec4<${storedScalar(inType)}>(${lanes.join(', ')})`)};`,
    ]
  })
  const { lines, results } = programText(epilogue, {
    input: (i) => (i === 0 ? sum : `x${i + 2}`),
    scalar: (i) => scalarText(epilogue.scalarTypes, i),
    coord: () => 'Int(0)',
  })
  return [...loads, ...lines, `let value = ${toStored(outType, results[0]!)};`]
}
