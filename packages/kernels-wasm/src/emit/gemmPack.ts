import type { FunctionBuilder, Local } from './function.ts'
import { words } from './gemmBlock.ts'
import { emitInLine } from './gemmOffsets.ts'
import { type Code, i32, shuffle32, v128 } from './index.ts'
import type { EmittedFunction, ModuleBuilder } from './module.ts'

/** Panels filled side by side: from memory whose lines lie far apart, whole cache lines are taken, and each page once. */
const SIDE_BY_SIDE = 4

/**
 * Copies a matrix at computed places into panels of `width` rows, k by k: element (r, k) of panel p goes to
 * `to[(p · length + k) · width + r]`. It stands at `source + rows[r] + steps[k]`, tables of byte offsets, so any strides and
 * any axes do. Where rows are missing in the last panel, its first row stands in: what is made of it is not stored.
 */
export function emitPack(module: ModuleBuilder, bytes: 4 | 8, width: number): EmittedFunction {
  const inLine = emitInLine(module, bytes)
  const severalLines = emitLines(module, bytes, width, SIDE_BY_SIDE)
  const lines = emitLines(module, bytes, width, 1)
  const turned = emitTurned(module, bytes, width)
  return module.function({ params: words(6) }, (f, to, source, rows, steps, count, length) => {
    const next = (panels: number): void => {
      f.increase(to, i32.mul(length, panels * width * bytes))
      f.increase(rows, 4 * panels * width)
      f.increase(count, -panels * width)
    }
    const first = i32.add(source, i32.load(rows))
    const enough = (panels: number): Code => i32.ge(count, panels * width)
    const run = f.local('i32')
    f.while(
      () => i32.gt(count, 0),
      () => {
        f.set(run, 0)
        f.if(enough(SIDE_BY_SIDE), () => f.set(run, inLine(rows, SIDE_BY_SIDE * width)))
        f.if(
          run,
          () => {
            f.do(severalLines(to, first, steps, length))
            next(SIDE_BY_SIDE)
          },
          () => {
            f.if(enough(1), () => f.set(run, inLine(rows, width)))
            f.if(
              run,
              () => f.do(lines(to, first, steps, length)),
              () => f.do(turned(to, source, rows, steps, count, length)),
            )
            next(1)
          },
        )
      },
    )
  })
}

/** Panels of rows that stand one after another from `from` on: at each position of k, one copy. */
function emitLines(module: ModuleBuilder, bytes: 4 | 8, width: number, panels: number): EmittedFunction {
  return module.function({ params: words(4) }, (f, to, from, steps, length) => {
    const targets = [to]
    const panelBytes = i32.mul(length, width * bytes)
    while (targets.length < panels) targets.push(f.local('i32', i32.add(targets.at(-1)!, panelBytes)))
    const at = f.local('i32')
    f.while(
      () => length,
      () => {
        f.set(at, i32.add(from, i32.load(steps)))
        targets.forEach((target, panel) => {
          for (const first of groupsOf(width, bytes)) {
            f.do(v128.store(target, v128.load(at, bytes * (panel * width + first)), bytes * first))
          }
          f.increase(target, width * bytes)
        })
        f.increase(steps, 4)
        f.increase(length, -1)
      },
    )
  })
}

/** One panel of rows anywhere: squares where positions of k stand one after another, else element by element. */
function emitTurned(module: ModuleBuilder, bytes: 4 | 8, width: number): EmittedFunction {
  const lanes = 16 / bytes
  return module.function({ params: words(6) }, (f, to, source, rows, step, count, length) => {
    const last = f.local('i32', i32.add(step, i32.shl(length, 2)))
    const pointers = Array.from({ length: width }, (_, i) => {
      const present = i32.mul(i32.gt(count, i), 4 * i)
      return f.local('i32', i32.add(source, i32.load(i32.add(rows, present))))
    })
    const panel: Panel = { f, bytes, width, to, step, pointers, groups: groupsOf(width, bytes) }
    const square = squareCopy(panel)
    const single = singleCopy(panel)
    const distance = (i: number): Code => i32.sub(i32.load(step, 4 * i), i32.load(step))
    const isRun = Array.from({ length: lanes - 1 }, (_, i) => i32.eq(distance(i + 1), bytes * (i + 1)))
    f.while(
      () => i32.leU(i32.add(step, 4 * lanes), last),
      () =>
        f.if(
          isRun.reduce((all, next) => i32.and(all, next)),
          square,
          single,
        ),
    )
    f.while(() => i32.ltU(step, last), single)
  })
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

function groupsOf(width: number, bytes: number): number[] {
  const lanes = 16 / bytes
  const groups: number[] = []
  for (let first = 0; first < width; first += lanes) groups.push(Math.min(first, width - lanes))
  return groups
}

function forward({ f, bytes, width, to, step }: Panel, positions: number): void {
  f.increase(step, 4 * positions)
  f.increase(to, bytes * width * positions)
}

/** One position of k, row by row. */
function singleCopy(panel: Panel): () => void {
  const { f, bytes, to, step, pointers, groups } = panel
  const at = f.local('i32')
  const gathered = f.local('v128')
  const load = bytes === 4 ? v128.load32Lane : v128.load64Lane
  const loadFirst = bytes === 4 ? v128.load32Zero : v128.load64Zero
  return () => {
    f.set(at, i32.load(step))
    for (const first of groups) {
      f.set(gathered, loadFirst(i32.add(pointers[first]!, at)))
      for (let i = 1; i < 16 / bytes; i++) f.set(gathered, load(i32.add(pointers[first + i]!, at), gathered, i))
      f.do(v128.store(to, gathered, bytes * first))
    }
    forward(panel, 1)
  }
}

/** As many positions of k as a vector has lanes, which stand one after another: squares, turned. */
function squareCopy(panel: Panel): () => void {
  const { f, bytes, width, to, step, pointers, groups } = panel
  const at = f.local('i32')
  const lanes = 16 / bytes
  const square = Array.from({ length: lanes }, () => f.local('v128'))
  const pairs = Array.from({ length: lanes }, () => f.local('v128'))
  return () => {
    f.set(at, i32.load(step))
    for (const first of groups) {
      square.forEach((x, i) => {
        f.set(x, v128.load(i32.add(pointers[first + i]!, at)))
      })
      const turned = lanes === 2 ? interleave64(square) : transpose32(f, square, pairs)
      turned.forEach((x, k) => {
        f.do(v128.store(to, x, bytes * (k * width + first)))
      })
    }
    forward(panel, lanes)
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
