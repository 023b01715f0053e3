import { type Device, type DType, DTypeError } from '@rungs/ndarray'
import { type Code, type FunctionBuilder, i32, i64, type Local, select } from '../emit/index.ts'
import { Odometer } from './call.ts'
import { indexedFormat, SIZE, STRIDE, writeIndexed } from './gather.ts'
import type { Kernel, Machine } from './machine.ts'
import { bytesOf } from './quad.ts'

/** Shorter lines are sorted by insertion. */
const SHORT = 32

/**
 * By keys of 32 bits whose order as unsigned integers is that of the elements: byte by byte from the lowest on, stably.
 * Doubles have two keys, of which the lower one goes first.
 */
export function createSort(machine: Machine): Device['sort'] {
  const kernels = new Map<string, Kernel>()
  return (operands, layout, descending) => {
    if (layout.size === 0) return
    const { dtype } = operands[2]!
    const key = `${dtype} ${descending}`
    let kernel = kernels.get(key)
    if (kernel === undefined) {
      kernel = machine.kernel((module) => {
        module.function({ params: ['i32', 'i32', 'i32', 'i32'], export: 'run' }, (f, ...[block, scratch, from, to]) =>
          sortLines(f, dtype, descending, { block: block!, scratch: scratch!, from: from!, to: to! }),
        )
      })
      kernels.set(key, kernel)
    }
    const count = layout.sizes[layout.rank - 1]!
    const addresses = machine.enter(operands, 2)
    const space = machine.temporary(16 * count)
    const bytes = bytesOf(dtype)
    writeIndexed(machine, addresses, [bytes, 4, bytes], layout, space, count)
    kernel.run(machine.block, machine.scratch, 0, layout.size / count)
    machine.leave()
  }
}

interface Call {
  readonly block: Local
  readonly scratch: Local
  readonly from: Local
  readonly to: Local
}

function sortLines(f: FunctionBuilder, dtype: DType, descending: boolean, { block, scratch, from, to }: Call): void {
  const bytes = bytesOf(dtype)
  const starts = [0, 1, 2].map((q) => f.local('i32', i32.load(block, indexedFormat.bases + 4 * q)))
  const odometer = new Odometer(f, block, indexedFormat, scratch, [0, 1, 2], starts)
  const last = f.local('i32', i32.sub(i32.load(block), 1))
  const steps = [0, 1, 2].map((q) => f.local('i32', odometer.step(last, q)))
  const count = f.local('i32', i32.load(block, SIZE))
  const size = f.local('i32', i32.shl(count, 2))
  const keys = f.local('i32', i32.load(block, STRIDE))
  const order = f.local('i32', i32.add(keys, size))
  const otherKeys = f.local('i32', i32.add(order, size))
  const otherOrder = f.local('i32', i32.add(otherKeys, size))
  const i = f.local('i32')
  const word = (base: Code, index: Code): Code => i32.add(base, i32.shl(index, 2))
  const swap = f.local('i32')
  const exchange = (a: Local, b: Local): void => {
    f.set(swap, a)
    f.set(a, b)
    f.set(b, swap)
  }

  const insertion = (): void => {
    const [j, key, item] = [f.local('i32'), f.local('i32'), f.local('i32')]
    const isBefore = (): Code => i32.and(i32.gt(j, 0), i32.gtU(i32.load(word(keys, i32.sub(j, 1))), key))
    f.for(i, 1, count, 1, () => {
      f.set(j, i)
      f.set(key, i32.load(word(keys, i)))
      f.set(item, i32.load(word(order, i)))
      // At j = 0 the word before the keys is read, and not heeded.
      f.while(isBefore, () => {
        f.do(i32.store(word(keys, j), i32.load(word(keys, i32.sub(j, 1)))))
        f.do(i32.store(word(order, j), i32.load(word(order, i32.sub(j, 1)))))
        f.increase(j, -1)
      })
      f.do(i32.store(word(keys, j), key))
      f.do(i32.store(word(order, j), item))
    })
  }

  /** One byte of the keys: how many there are of each, where each begins, and all to their places. */
  const pass = (shift: number): void => {
    const bucket = (key: Code): Code => word(counts, i32.and(i32.shrU(key, shift), 255))
    const [sum, at, place] = [f.local('i32'), f.local('i32'), f.local('i32')]
    f.for(i, 0, 256, 1, () => f.do(i32.store(word(counts, i), 0)))
    f.for(i, 0, count, 1, () => {
      f.set(at, bucket(i32.load(word(keys, i))))
      f.do(i32.store(at, i32.add(i32.load(at), 1)))
    })
    // Nothing to do where all have the same byte.
    f.if(i32.ne(i32.load(bucket(i32.load(keys))), count), () => {
      f.set(sum, 0)
      f.for(i, 0, 256, 1, () => {
        f.set(place, i32.load(word(counts, i)))
        f.do(i32.store(word(counts, i), sum))
        f.increase(sum, place)
      })
      f.for(i, 0, count, 1, () => {
        f.set(at, bucket(i32.load(word(keys, i))))
        f.set(place, i32.load(at))
        f.do(i32.store(at, i32.add(place, 1)))
        f.do(i32.store(word(otherKeys, place), i32.load(word(keys, i))))
        f.do(i32.store(word(otherOrder, place), i32.load(word(order, i))))
      })
      exchange(keys, otherKeys)
      exchange(order, otherOrder)
    })
  }
  // Behind the indices of axes.
  const counts = f.local('i32', i32.add(scratch, 1024))

  const sortBy = (half: 'low' | 'high'): void => {
    f.for(i, 0, count, 1, () => {
      const element = i32.add(starts[2]!, i32.mul(i32.load(word(order, i)), steps[2]!))
      f.do(i32.store(word(keys, i), keyOf(f, dtype, descending, element, half)))
    })
    f.if(i32.le(count, SHORT), insertion, () => {
      for (const shift of bytes === 1 ? [0] : [0, 8, 16, 24]) pass(shift)
    })
  }

  odometer.seek(from, 0, last)
  f.while(
    () => i32.lt(from, to),
    () => {
      f.for(i, 0, count, 1, () => f.do(i32.store(word(order, i), i)))
      if (bytes === 8) sortBy('low')
      sortBy('high')
      const [p, q] = [f.local('i32', starts[0]), f.local('i32', starts[1])]
      const from_ = f.local('i32')
      f.for(i, 0, count, 1, () => {
        f.set(from_, i32.load(word(order, i)))
        f.do(i32.store(q, from_))
        f.do(copyElement(bytes, p, i32.add(starts[2]!, i32.mul(from_, steps[2]!))))
        f.increase(p, steps[0]!)
        f.increase(q, steps[1]!)
      })
      f.increase(from, 1)
      odometer.next(0, last)
    },
  )
}

/** Bit for bit: no float passes through a register that might quieten a NaN. */
const copyElement = (bytes: number, to: Code, from: Code): Code => {
  if (bytes === 8) return i64.store(to, i64.load(from))
  return bytes === 4 ? i32.store(to, i32.load(from)) : i32.store8(to, i32.load8(from))
}

/** NaN is greater than everything, and zeros are equal. */
function keyOf(f: FunctionBuilder, dtype: DType, descending: boolean, at: Code, half: 'low' | 'high'): Code {
  const directed = (key: Code): Code => (descending ? i32.xor(key, -1) : key)
  switch (dtype) {
    case 'uint8':
      return descending ? i32.sub(255, i32.load8(at)) : i32.load8(at)
    case 'bool':
      return descending ? i32.xor(i32.load8(at), 1) : i32.load8(at)
    case 'uint32':
      return directed(i32.load(at))
    case 'int32':
      return directed(i32.xor(i32.load(at), -(2 ** 31)))
    case 'float16':
      throw new DTypeError('wasm sorts no float16: cast to float32 first')
    case 'float32': {
      const bits = f.local('i32', i32.load(at))
      const size = f.local('i32', i32.shl(bits, 1))
      f.if(i32.eqz(size), () => f.set(bits, 0))
      // Negative ones the other way round, and below the positive ones.
      f.set(bits, i32.xor(bits, i32.or(i32.shr(bits, 31), -(2 ** 31))))
      f.if(i32.gtU(size, 0xff000000), () => f.set(bits, -1))
      return directed(bits)
    }
    case 'float64': {
      const bits = f.local('i64', i64.load(at))
      const size = f.local('i64', i64.shl(bits, i64.const(1)))
      f.if(i64.eqz(size), () => f.set(bits, i64.const(0)))
      const sign = i64.shl(i64.const(1), i64.const(63))
      f.set(bits, i64.xor(bits, i64.or(i64.shr(bits, i64.const(63)), sign)))
      const infinity = i64.shl(i64.const(0x7ff), i64.const(53))
      f.set(bits, select(i64.const(-1), bits, i64.gtU(size, infinity)))
      return directed(i32.wrapI64(half === 'low' ? bits : i64.shrU(bits, i64.const(32))))
    }
  }
}
