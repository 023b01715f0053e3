import type { TypedNode, TypedProgram } from '../program.ts'
import { constantOf, operatorOf, textOf, wrapOperator } from './operators.ts'

/** Text of a program: what a kernel puts around it is the loops. */
export interface Body {
  /** What does not depend on the position. */
  readonly fixed: string
  readonly varying: string
  readonly stores: (place: (out: number) => string) => string
  readonly result: string
}

/** The nodes of a program, each a `const v` with its number. */
export function bodyOf(program: TypedProgram, load: (input: number, outs: number) => string): Body {
  const { nodes, results } = program
  const isFixed: boolean[] = []
  let fixed = ''
  let varying = ''
  nodes.forEach((node, k) => {
    const leaf = leafText(node, (input) => load(input, results.length))
    const text = leaf ?? textOf(operatorOf(node, nodes), ...node.args.map((arg) => `v${arg}`))
    isFixed[k] = leaf === null ? node.args.every((arg) => isFixed[arg]) : node.op === 'scalar' || node.op === 'const'
    const line = `const v${k} = ${text}\n`
    if (isFixed[k]) fixed += line
    else varying += line
  })
  const stores = (place: (out: number) => string): string =>
    results.map((node, out) => `${place(out)} = v${node}\n`).join('')
  return { fixed, varying, stores, result: `v${results[0]}` }
}

function leafText(node: TypedNode, load: (input: number) => string): string | null {
  switch (node.op) {
    case 'input':
      return load(node.value)
    case 'scalar':
      return textOf(wrapOperator(node.dtype), `scalars[${node.value}]`)
    case 'coord':
      return `c${node.value}`
    case 'const':
      return numberText(constantOf(node))
    default:
      return null
  }
}

export const numberText = (value: number): string => (Object.is(value, -0) ? '-0' : String(value))

/** Numbers of the operands: outputs, then inputs. */
export const operandsOf = ({ results, inputTypes }: TypedProgram): number[] => [
  ...Array(results.length + inputTypes.length).keys(),
]

/** Constants `buffer` and `d`, an array, for each operand. */
export const arrays = (operands: readonly number[], more: (q: number) => string = () => ''): string =>
  operands.map((q) => `const buffer${q} = operands[${q}].storage.buffer, d${q} = buffer${q}.array\n${more(q)}`).join('')

export interface Walk {
  readonly begin: (inner: string, outer: string) => string
  /** At the head of the outer loop's body. */
  readonly outer: string
  /** At the end of the inner loop's body. */
  readonly inner: string
}

/** Addresses along two axes. A coordinate is walked like an operand whose element is its address. */
export function walkers(program: TypedProgram, operands: readonly number[]): Walk {
  const coords = program.nodes.filter((node) => node.op === 'coord').map((node) => node.value)
  const names = [
    ...operands.map((q) => [`p${q}`, `b${q}`, `s${q}`, `t${q}`]),
    ...coords.map((c) => [`c${c}`, `o${c}`, `x${c}`, `y${c}`]),
  ]
  return {
    begin: (inner, outer) =>
      operands
        .map(
          (
            q,
          ) => `const row${q} = layout.strides[${q}], s${q} = row${q}[${inner}], t${q} = ${outer} < 0 ? 0 : row${q}[${outer}]
let b${q} = at[${q}]\n`,
        )
        .concat(
          coords.map(
            (
              c,
            ) => `const axis${c} = layout.axisOf[${c}], x${c} = axis${c} === ${inner} ? 1 : 0, y${c} = axis${c} === ${outer} ? 1 : 0
let o${c} = index[axis${c}]\n`,
          ),
        )
        .join(''),
    outer: names
      .map(([place, start, , step]) => `let ${place} = ${start}; ${start} = ${start} + ${step} | 0\n`)
      .join(''),
    inner: names.map(([place, , step]) => `${place} = ${place} + ${step} | 0\n`).join(''),
  }
}
