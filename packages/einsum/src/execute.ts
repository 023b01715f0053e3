import type { Contractible } from './contractible.ts'
import type { Preparation } from './network.ts'
import type { Instruction, Plan } from './plan.ts'

/** Carry out a plan: views, at most one sum an operand, then one kernel a step. */
export function execute<A extends Contractible<A>>(plan: Plan, operands: readonly A[]): A {
  const { preparations, instructions, permute } = plan
  const arrays = operands.slice()
  for (let i = 0; i < arrays.length; i++) {
    const preparation = preparations[i]!
    if (preparation !== null) arrays[i] = prepared(arrays[i]!, preparation)
  }
  for (const { a, b, contract } of instructions) {
    const left = seen(arrays[a.id]!, a)
    const right = seen(arrays[b.id]!, b)
    arrays.push(contract === null ? left.mul(right) : left.contract(right, contract, 'einsum'))
  }
  const last = arrays[arrays.length - 1]!
  return permute === null ? last : last.permute(permute)
}

function prepared<A extends Contractible<A>>(operand: A, { reshape, diagonals, sum }: Preparation): A {
  let array = reshape === null ? operand : operand.reshape(reshape)
  for (const [dim0, dim1] of diagonals) array = array.diagonal({ dim0, dim1 })
  return sum.length === 0 ? array : array.sum(sum)
}

function seen<A extends Contractible<A>>(array: A, { permute, reshape }: Instruction['a']): A {
  const permuted = permute === null ? array : array.permute(permute)
  return reshape === null ? permuted : permuted.reshape(reshape)
}
