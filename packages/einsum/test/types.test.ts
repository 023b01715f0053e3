import { type NDArray, ones } from '@rungs/ndarray'
import { expectTypeOf, test } from 'vitest'
import { type Contractible, einsum, einsumFunction, einsumPath } from '../src/index.ts'

const x = ones([2, 2])

test('the operands of a literal equation are counted by the compiler', () => {
  expectTypeOf(einsum('ij,jk->ik', x, x)).toEqualTypeOf<NDArray>()
  expectTypeOf(einsum('ii', x)).toEqualTypeOf<NDArray>()
  expectTypeOf(einsumFunction('ij,jk->ik')(x, x)).toEqualTypeOf<NDArray>()
  expectTypeOf(einsumFunction('bij,bjk->bik')<NDArray>).parameters.toEqualTypeOf<[NDArray, NDArray]>()
  const wrong = [
    // @ts-expect-error two operands
    () => einsum('ij,jk->ik', x),
    // @ts-expect-error two operands
    () => einsum('ij,jk->ik', x, x, x),
    // @ts-expect-error two operands without an output
    () => einsum('ij,jk', x),
    // @ts-expect-error numbers are no arrays
    () => einsum('ij,jk->ik', x, 3),
    // @ts-expect-error three operands
    () => einsumFunction('ij,jk,kl->il')(x, x),
    // @ts-expect-error two shapes
    () => einsumPath('ij,jk->ik', [[2, 3]]),
  ]
  expectTypeOf(wrong).toBeArray()
})

test('an equation that the compiler does not know takes any number', () => {
  const equation: string = 'ij,jk->ik'
  expectTypeOf(einsum(equation, ...[x, x.clone()])).toEqualTypeOf<NDArray>()
  expectTypeOf(einsumPath(equation, [[2, 2], x]).cost).toEqualTypeOf<number>()
})

test('code can be written for whatever can be contracted', () => {
  const square = <A extends Contractible<A>>(a: A): A => einsum('ij,jk->ik', a, a)
  expectTypeOf(square(x)).toEqualTypeOf<NDArray>()
})
