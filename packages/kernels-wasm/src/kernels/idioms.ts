import { expr, formulas, program, type TypedNode, type TypedProgram, typeProgram } from '@rungs/ndarray'

/**
 * The error function is a formula of a hundred steps that serves every dtype. In float32 a tenth of them do, so its formula is
 * recognised in others (`gelu`, above all) and computed as one function. For each node of a program that is one, the
 * node of its argument.
 */
export function errorFunctionsIn({ nodes }: TypedProgram): Map<number, number> {
  const found = new Map<number, number>()
  const formula = formulaOfErf()
  const root = formula.results[0]!
  nodes.forEach((node, i) => {
    if (node.op !== 'where' || node.dtype !== 'float32') return
    const argument = matches(formula.nodes, root, nodes, i)
    if (argument !== null) found.set(i, argument)
  })
  return found
}

let cached: TypedProgram | undefined
const formulaOfErf = (): TypedProgram =>
  (cached ??= typeProgram(program(formulas.erf(expr.input(0))), { inputs: ['float32'], scalars: [] }))

/** The node in the place of input 0 where the graph below `at` is that below `root` of a formula. */
function matches(formula: readonly TypedNode[], root: number, nodes: readonly TypedNode[], at: number): number | null {
  const places = new Map<number, number>()
  const same = (i: number, j: number): boolean => {
    const known = places.get(i)
    if (known !== undefined) return known === j
    const [a, b] = [formula[i]!, nodes[j]!]
    places.set(i, j)
    if (a.op === 'input') return b.dtype === a.dtype
    if (a.op !== b.op || a.dtype !== b.dtype || !Object.is(a.value, b.value)) return false
    return a.args.every((arg, k) => same(arg, b.args[k]!))
  }
  const input = formula.findIndex(({ op }) => op === 'input')
  return same(root, at) ? places.get(input)! : null
}
