import { type Device, type DType, IndexError, type IndexedAxis, type Layout, type View } from '@rungs/ndarray'
import { type Code, copy, type FunctionBuilder, i32, type Local } from '../emit/index.ts'
import { CallFormat, Odometer, writeAxes } from './call.ts'
import { element } from './element.ts'
import type { Kernel, Machine } from './machine.ts'
import { bytesOf } from './quad.ts'

/** Beside the axes, the block holds the bytes from one index to the next along the indexed axis, and the axis's size. */
export const indexedFormat: CallFormat = new CallFormat(3, 1, 0)
export const STRIDE = 8
export const SIZE = 12

/** Write a call on three operands of which one is an index. */
export function writeIndexed(
  { views, block }: Machine,
  addresses: Int32Array,
  scales: readonly number[],
  layout: Layout,
  strideBytes: number,
  size: number,
): void {
  const words = views.i32
  const base = block >> 2
  words[base + 2] = strideBytes
  words[base + 3] = size
  for (let q = 0; q < 3; q++) words[base + 4 + q] = addresses[q]!
  writeAxes(words, base, base + 7, scales, layout)
}

const NANOSECONDS = 1

export function createGather(machine: Machine): Device['gather'] {
  const kernels = new Map<DType, Kernel>()
  const check = createIndexCheck(machine)
  return (operands, layout, axis) => {
    if (layout.size === 0) return
    const { dtype } = operands[0]!
    check(operands[2]!, layout.strides[2]!, layout, axis)
    let kernel = kernels.get(dtype)
    if (kernel === undefined) {
      kernel = gatherKernel(machine, dtype)
      kernels.set(dtype, kernel)
    }
    const bytes = bytesOf(dtype)
    const source = operands[1]!
    const addresses = machine.enter([operands[0]!, wholeOf(source), operands[2]!], 1)
    addresses[1]! += source.offset * bytes
    writeIndexed(machine, addresses, [bytes, bytes, 4], layout, axis.stride * bytes, axis.size)
    machine.parallel(kernel, layout.size, 1024, layout.size * NANOSECONDS)
    machine.leave()
  }
}

/** All of a storage: the view of an indexed operand does not tell how far indices reach. */
export const wholeOf = ({ storage, dtype }: View): View => ({
  storage,
  dtype,
  shape: [storage.size],
  strides: [1],
  offset: 0,
})

/** An index as it counts from the start. */
export const placeOf = (f: FunctionBuilder, index: Code, size: Code): Local => {
  const place = f.local('i32', index)
  f.if(i32.lt(place, 0), () => f.increase(place, size))
  return place
}

function gatherKernel(machine: Machine, dtype: DType): Kernel {
  const { load, store } = element(dtype)
  const bytes = bytesOf(dtype)
  return machine.kernel((module) => {
    module.function({ params: ['i32', 'i32', 'i32', 'i32'], export: 'run' }, (f, ...[block, scratch, from, to]) => {
      const starts = [0, 1, 2].map((q) => f.local('i32', i32.load(block!, indexedFormat.bases + 4 * q)))
      const odometer = new Odometer(f, block!, indexedFormat, scratch!, [0, 1, 2], starts)
      const inner = f.local('i32', i32.sub(i32.load(block!), 1))
      const [outStep, sourceStep, indexStep] = [0, 1, 2].map((q) => f.local('i32', odometer.step(inner, q)))
      const stride = f.local('i32', i32.load(block!, STRIDE))
      const size = f.local('i32', i32.load(block!, SIZE))
      const length = f.local('i32', odometer.size(inner))
      const first = f.local('i32', i32.remU(from!, length))
      const count = f.local('i32')
      const [p, q, r] = [f.local('i32'), f.local('i32'), f.local('i32')]
      // One index for the whole row, as in rows of an embedding.
      const isCopy = f.local(
        'i32',
        i32.and(i32.eqz(indexStep!), i32.and(i32.eq(outStep!, bytes), i32.eq(sourceStep!, bytes))),
      )
      odometer.seek(i32.divU(from!, length), 0, inner)
      f.while(
        () => i32.lt(from!, to!),
        () => {
          f.set(count, i32.min(i32.sub(length, first), i32.sub(to!, from!)))
          f.increase(from!, count)
          f.set(p, i32.add(starts[0]!, i32.mul(first, outStep!)))
          f.set(q, i32.add(starts[1]!, i32.mul(first, sourceStep!)))
          f.set(r, i32.add(starts[2]!, i32.mul(first, indexStep!)))
          f.if(
            isCopy,
            () => {
              const place = placeOf(f, i32.load(r), size)
              f.do(copy(p, i32.add(q, i32.mul(place, stride)), i32.mul(count, bytes)))
            },
            () =>
              f.while(
                () => count,
                () => {
                  const place = placeOf(f, i32.load(r), size)
                  f.do(store(p, load(i32.add(q, i32.mul(place, stride)))))
                  f.increase(p, outStep!)
                  f.increase(q, sourceStep!)
                  f.increase(r, indexStep!)
                  f.increase(count, -1)
                },
              ),
          )
          f.set(first, 0)
          odometer.next(0, inner)
        },
      )
    })
  })
}

/** Throws an IndexError before anything is read or written. Each index once, however often the others' axes repeat it. */
export function createIndexCheck(
  machine: Machine,
): (index: View, strides: Int32Array, layout: Layout, axis: IndexedAxis) => void {
  return (index, strides, layout, { size, operation }) => {
    const [start] = machine.enter([index], 0)
    const words = machine.views.i32
    const visit = (axis: number, at: number): void => {
      const stride = strides[axis]!
      const count = stride === 0 ? 1 : layout.sizes[axis]!
      for (let i = 0; i < count; i++) {
        const next = at + i * stride
        if (axis < layout.rank - 1) visit(axis + 1, next)
        else if (words[next]! >= size || words[next]! < -size) {
          throw new IndexError(`index ${words[next]} is out of bounds for dimension with size ${size}: ${operation}`)
        }
      }
    }
    visit(0, start! >> 2)
    machine.leave()
  }
}
