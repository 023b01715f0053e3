import type { FunctionBuilder, Local } from './function.ts'
import { type Code, i32, shuffle32, v128 } from './instructions.ts'
import type { EmittedFunction, ModuleBuilder } from './module.ts'

const word = (at: Code, index: number): Code => i32.load(at, 4 * index)

/**
 * Copies a matrix at computed places into panels of `width` rows, k by k: element (r, k) of panel p goes to
 * `to[(p · length + k) · width + r]`. It stands at `source + rows[r] + steps[k]`, tables of byte offsets, so any strides and
 * any axes do. Where rows are missing in the last panel, its first row stands in: what is made of it is not stored.
 */
export function emitPack(module: ModuleBuilder, bytes: 4 | 8, width: number): EmittedFunction {
  return module.function(
    { params: ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'] },
    (f, to, source, rows, steps, count, length) => {
      const lanes = 16 / bytes
      const pointers = Array.from({ length: width }, () => f.local('i32'))
      const step = f.local('i32')
      const last = f.local('i32', i32.add(steps, i32.shl(length, i32.const(2))))
      const panel: Panel = { f, bytes, width, to, step, pointers, groups: groupsOf(width, lanes) }
      const oneByOne = (copy: () => void): void =>
        f.while(
          () => i32.ltU(step, last),
          () => {
            copy()
            forward(panel, 1)
          },
        )
      const lines = lineCopy(panel)
      const square = squareCopy(panel)
      const single = singleCopy(panel)
      f.while(
        () => i32.gt(count, i32.const(0)),
        () => {
          f.set(step, steps)
          pointers.forEach((pointer, i) => {
            const present = i32.mul(i32.gt(count, i32.const(i)), i32.const(4 * i))
            f.set(pointer, i32.add(source, word(i32.add(rows, present), 0)))
          })
          f.if(
            allOf(pointers.map((pointer, i) => i32.eq(i32.sub(pointer, pointers[0]!), i32.const(bytes * i)))),
            () => oneByOne(lines),
            () => {
              f.while(
                () => i32.leU(i32.add(step, i32.const(4 * lanes)), last),
                () => {
                  const places = Array.from({ length: lanes - 1 }, (_, i) => i + 1)
                  const distance = (i: number): Code => i32.sub(word(step, i), word(step, 0))
                  f.if(
                    allOf(places.map((i) => i32.eq(distance(i), i32.const(bytes * i)))),
                    () => {
                      square()
                      forward(panel, lanes)
                    },
                    () => {
                      single()
                      forward(panel, 1)
                    },
                  )
                },
              )
              oneByOne(single)
            },
          )
          f.increase(rows, i32.const(4 * width))
          f.increase(count, i32.const(-width))
        },
      )
    },
  )
}

interface Panel {
  readonly f: FunctionBuilder
  readonly bytes: 4 | 8
  readonly width: number
  readonly to: Local
  /** The entry of the table of steps where the copy is. */
  readonly step: Local
  readonly pointers: readonly Local[]
  /** The rows at which vectors of the panel begin; the last may overlap the one before, and writes the same there. */
  readonly groups: readonly number[]
}

function groupsOf(width: number, lanes: number): number[] {
  const groups: number[] = []
  for (let first = 0; first < width; first += lanes) groups.push(Math.min(first, width - lanes))
  return groups
}

const allOf = (conditions: readonly Code[]): Code => conditions.reduce((all, next) => i32.and(all, next))

function forward({ f, bytes, width, to, step }: Panel, positions: number): void {
  f.increase(step, i32.const(4 * positions))
  f.increase(to, i32.const(bytes * width * positions))
}

/** One position of k, of rows that stand one after another. */
function lineCopy({ f, bytes, to, step, pointers, groups }: Panel): () => void {
  const at = f.local('i32')
  return () => {
    f.set(at, i32.add(pointers[0]!, word(step, 0)))
    for (const first of groups) f.do(v128.store(to, v128.load(at, bytes * first), bytes * first))
  }
}

/** One position of k, row by row. */
function singleCopy({ f, bytes, to, step, pointers, groups }: Panel): () => void {
  const at = f.local('i32')
  const gathered = f.local('v128')
  const load = bytes === 4 ? v128.load32Lane : v128.load64Lane
  const loadFirst = bytes === 4 ? v128.load32Zero : v128.load64Zero
  return () => {
    f.set(at, word(step, 0))
    for (const first of groups) {
      f.set(gathered, loadFirst(i32.add(pointers[first]!, at)))
      for (let i = 1; i < 16 / bytes; i++) f.set(gathered, load(i32.add(pointers[first + i]!, at), gathered, i))
      f.do(v128.store(to, gathered, bytes * first))
    }
  }
}

/** As many positions of k as a vector has lanes, which stand one after another: squares, turned. */
function squareCopy({ f, bytes, width, to, step, pointers, groups }: Panel): () => void {
  const at = f.local('i32')
  const lanes = 16 / bytes
  const square = Array.from({ length: lanes }, () => f.local('v128'))
  const pairs = Array.from({ length: lanes }, () => f.local('v128'))
  return () => {
    f.set(at, word(step, 0))
    for (const first of groups) {
      square.forEach((x, i) => {
        f.set(x, v128.load(i32.add(pointers[first + i]!, at)))
      })
      const turned = lanes === 2 ? interleave64(square) : transpose32(f, square, pairs)
      turned.forEach((x, k) => {
        f.do(v128.store(to, x, bytes * (k * width + first)))
      })
    }
  }
}

const low64 = [0, 1, 4, 5]
const high64 = [2, 3, 6, 7]
const interleave64 = (square: readonly Local[]): Code[] =>
  [low64, high64].map((lanes) => shuffle32(square[0]!, square[1]!, lanes))

function transpose32(f: FunctionBuilder, square: readonly Local[], pairs: readonly Local[]): Code[] {
  for (const half of [0, 2]) {
    f.set(pairs[half]!, shuffle32(square[half]!, square[half + 1]!, [0, 4, 1, 5]))
    f.set(pairs[half + 1]!, shuffle32(square[half]!, square[half + 1]!, [2, 6, 3, 7]))
  }
  return [0, 1].flatMap((pair) => [low64, high64].map((lanes) => shuffle32(pairs[pair]!, pairs[pair + 2]!, lanes)))
}
