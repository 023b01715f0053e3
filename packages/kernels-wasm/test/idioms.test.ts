import { type DType, expr, formulas, program, typeProgram } from '@rungs/ndarray'
import { expect, test } from 'vitest'
import { errorFunctionsIn } from '../src/kernels/idioms.ts'

const { add, erf, gelu, gt, mul, tanh } = formulas
const [x, y] = [expr.input(0), expr.input(1)]

const found = (formula: expr.Expr, dtype: DType = 'float32'): number =>
  errorFunctionsIn(typeProgram(program(formula), { inputs: [dtype, dtype], scalars: [] })).size

test.each<[string, expr.Expr, number]>([
  ['erf itself', erf(x), 1],
  ['in gelu', gelu(x), 1],
  ['of a formula', erf(mul(x, add(y, 1))), 1],
  ['twice', add(erf(x), erf(y)), 2],
  ['of itself', erf(erf(x)), 2],
  ['not in tanh', tanh(x), 0],
  ['not in any choice', expr.where(gt(x, 0), x, y), 0],
])('the error function is recognised: %s', (_, formula, count) => {
  expect(found(formula)).toBe(count)
})

test('in float32 alone: in float64 the formula has more digits', () => {
  expect(found(gelu(x), 'float64')).toBe(0)
})
