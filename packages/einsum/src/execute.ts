import type { Contractible } from './contractible.ts'
import type { Instruction, Plan } from './plan.ts'

/** Carry out a plan: views, at most one sum an operand, then one kernel a step. */
export function execute<A extends Contractible<A>>(plan: Plan, operands: readonly A[]): A {
  // Each is read once, by what comes after it; nobody else holds it.
  const made = new Set<A>()
  const next = (array: A, ...sources: A[]): A => {
    // A graph may want them again.
    if (!array.requiresGrad) for (const source of sources) if (made.delete(source)) source.dispose?.()
    made.add(array)
    return array
  }
  const view = (array: A, { permute, reshape }: Partial<Instruction['a']>): A => {
    const permuted = permute ? next(array.permute(permute), array) : array
    return reshape ? next(permuted.reshape(reshape), permuted) : permuted
  }
  const arrays = operands.map((operand, i) => {
    const preparation = plan.preparations[i]!
    const isNarrow = plan.sums && ['bool', 'uint8'].includes(operand.dtype)
    let array = view(isNarrow ? next(operand.to('int32')) : operand, preparation)
    for (const [dim0, dim1] of preparation.diagonals) array = next(array.diagonal({ dim0, dim1 }), array)
    return preparation.sum.length === 0 ? array : next(array.sum(preparation.sum), array)
  })
  for (const { a, b, contract } of plan.instructions) {
    const [left, right] = [view(arrays[a.id]!, a), view(arrays[b.id]!, b)]
    arrays.push(next(contract === null ? left.mul(right) : left.contract(right, contract, 'einsum'), left, right))
  }
  return view(arrays.at(-1)!, plan)
}
