import { GROUP_AXES, words } from './gemmBlock.ts'
import { type Code, i32 } from './index.ts'
import type { EmittedFunction, ModuleBuilder } from './module.ts'

const word = (at: Code, axis: number): Code => i32.load(at, 4 * axis)

/** The byte offset of one position of a group: `sizes` and `strides` are addresses of four words each. */
export const emitOffsetAt = (module: ModuleBuilder): EmittedFunction =>
  module.function({ params: words(3), results: ['i32'] }, (f, sizes, strides, position) => {
    const offset = f.local('i32')
    for (let axis = GROUP_AXES - 1; axis > 0; axis--) {
      f.increase(offset, i32.mul(i32.remU(position, word(sizes, axis)), word(strides, axis)))
      f.set(position, i32.divU(position, word(sizes, axis)))
    }
    f.do(i32.add(offset, i32.mul(position, word(strides, 0))))
  })

/** The byte offsets of `count` positions of a group from position `from` on, one word each, written to `to`. */
export const emitOffsets = (module: ModuleBuilder): EmittedFunction =>
  module.function({ params: words(5) }, (f, to, sizes, strides, from, count) => {
    const index = Array.from({ length: GROUP_AXES }, () => f.local('i32'))
    const at = f.local('i32')
    f.if(i32.eqz(count), () => f.return())
    for (let axis = GROUP_AXES - 1; axis >= 0; axis--) {
      f.set(index[axis]!, axis === 0 ? from : i32.remU(from, word(sizes, axis)))
      if (axis > 0) f.set(from, i32.divU(from, word(sizes, axis)))
      f.increase(at, i32.mul(index[axis]!, word(strides, axis)))
    }
    const step = (axis: number): void => {
      f.increase(index[axis]!, 1)
      f.increase(at, word(strides, axis))
      if (axis === 0) return
      f.if(i32.eq(index[axis]!, word(sizes, axis)), () => {
        f.set(index[axis]!, 0)
        f.set(at, i32.sub(at, i32.mul(word(sizes, axis), word(strides, axis))))
        step(axis - 1)
      })
    }
    f.repeat(
      () => {
        f.do(i32.store(to, at))
        f.increase(to, 4)
        f.increase(count, -1)
        step(GROUP_AXES - 1)
      },
      () => count,
    )
  })

/** Whether `count` offsets of a table are those of elements one after another. */
export const emitInLine = (module: ModuleBuilder, bytes: number): EmittedFunction =>
  module.function({ params: words(2), results: ['i32'] }, (f, table, count) => {
    const end = f.local('i32', i32.add(table, i32.shl(count, 2)))
    const at = f.local('i32', i32.load(table))
    f.while(
      () => i32.ltU(table, end),
      () => {
        f.if(i32.ne(i32.load(table), at), () => f.return(0))
        f.increase(at, bytes)
        f.increase(table, 4)
      },
    )
    f.do(1)
  })
