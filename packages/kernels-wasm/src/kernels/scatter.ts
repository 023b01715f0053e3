import type { Device, DType, ScatterOp } from '@rungs/ndarray'
import { type Code, i32 } from '../emit/index.ts'
import { Odometer } from './call.ts'
import { element } from './element.ts'
import { createIndexCheck, indexedFormat, placeOf, SIZE, STRIDE, wholeOf, writeIndexed } from './gather.ts'
import type { Kernel, Machine } from './machine.ts'
import { bytesOf } from './quad.ts'

/** Sums have one order, so one thread makes them. */
export function createScatter(machine: Machine): Device['scatter'] {
  const kernels = new Map<string, Kernel>()
  const check = createIndexCheck(machine)
  return (op, operands, layout, axis) => {
    if (layout.size === 0) return
    const target = operands[0]!
    const { dtype } = target
    check(operands[1]!, layout.strides[1]!, layout, axis)
    const last = layout.rank - 1
    // Whatever runs innermost, the indexed axis is walked in order for each element of the target.
    const byRows = Math.abs(layout.strides[2]![last - 1]!) < Math.abs(layout.strides[2]![last]!)
    const key = `${dtype} ${op} ${byRows}`
    let kernel = kernels.get(key)
    if (kernel === undefined) {
      kernel = scatterKernel(machine, op, dtype, byRows)
      kernels.set(key, kernel)
    }
    const bytes = bytesOf(dtype)
    const addresses = machine.enter([wholeOf(target), operands[1]!, operands[2]!], 1, true)
    addresses[0]! += target.offset * bytes
    writeIndexed(machine, addresses, [bytes, 4, bytes], layout, axis.stride * bytes, axis.size)
    let outer = 1
    for (let i = 0; i < last - 1; i++) outer *= layout.sizes[i]!
    kernel.run(machine.block, machine.scratch, 0, outer)
    machine.leave()
  }
}

/** Positions count those of all axes but the last two. */
function scatterKernel(machine: Machine, op: ScatterOp, dtype: DType, byRows: boolean): Kernel {
  const { load, store, add } = element(dtype)
  const change = (at: Code, value: Code): Code => store(at, op === 'set' ? value : add(load(at), value))
  return machine.kernel((module) => {
    module.function({ params: ['i32', 'i32', 'i32', 'i32'], export: 'run' }, (f, ...[block, scratch, from, to]) => {
      const starts = [0, 1, 2].map((q) => f.local('i32', i32.load(block!, indexedFormat.bases + 4 * q)))
      const odometer = new Odometer(f, block!, indexedFormat, scratch!, [0, 1, 2], starts)
      const axes = f.local('i32', i32.sub(i32.load(block!), 2))
      const inner = f.local('i32', i32.add(axes, byRows ? 0 : 1))
      const outer = f.local('i32', i32.add(axes, byRows ? 1 : 0))
      const innerSteps = [0, 1, 2].map((q) => f.local('i32', odometer.step(inner, q)))
      const outerSteps = [0, 1, 2].map((q) => f.local('i32', odometer.step(outer, q)))
      const stride = f.local('i32', i32.load(block!, STRIDE))
      const size = f.local('i32', i32.load(block!, SIZE))
      const rows = [0, 1, 2].map(() => f.local('i32'))
      const [p, q, r] = [f.local('i32'), f.local('i32'), f.local('i32')]
      const [i, j] = [f.local('i32'), f.local('i32')]
      const at = f.local('i32')
      odometer.seek(from!, 0, axes)
      f.while(
        () => i32.lt(from!, to!),
        () => {
          rows.forEach((row, k) => {
            f.set(row, starts[k]!)
          })
          f.for(j, 0, odometer.size(outer), 1, () => {
            f.set(p, rows[0]!)
            f.set(q, rows[1]!)
            f.set(r, rows[2]!)
            f.for(i, 0, odometer.size(inner), 1, () => {
              f.set(at, i32.add(p, i32.mul(placeOf(f, i32.load(q), size), stride)))
              f.do(change(at, load(r)))
              f.increase(p, innerSteps[0]!)
              f.increase(q, innerSteps[1]!)
              f.increase(r, innerSteps[2]!)
            })
            rows.forEach((row, k) => {
              f.increase(row, outerSteps[k]!)
            })
          })
          f.increase(from!, 1)
          odometer.next(0, axes)
        },
      )
    })
  })
}
