import { type Code, i32, type Local, v128 } from '../../emit/index.ts'
import { type Cursor, quadLoop } from '../cursor.ts'
import { loadQuad, type Quad } from '../quad.ts'
import type { Accumulator } from './accumulate.ts'
import type { Frame } from './frame.ts'

/** Results whose accumulators stay in the first cache. */
export const STRIP: number = 1024
/** Rows that are summed before their sums go into the totals. */
const BLOCK = 64
/** Rows taken together: each visit of an accumulator costs a load and a store. */
const GROUP = 4

/** Where the accumulators lie in scratch memory, behind the indices of axes. */
const BLOCKS = 1024
const TOTALS = BLOCKS + 8 * STRIP + 64

/** Strips of neighbouring results, row after row: positions count strips, those of each line of results together. */
export function across(frame: Frame, from: Code, to: Code): void {
  const { f, blocks, totals, keptAxes, reducedAxes, starts, rows, kept, keptAxis, reducedAxis, coordinates } = frame
  const blocked = blocks.dtype !== totals.dtype
  const width = f.local('i32', keptAxes.size(keptAxis))
  const strips = f.local('i32', i32.divU(i32.add(width, STRIP - 1), STRIP))
  const height = f.local('i32', keptAxes.size(reducedAxis))
  const outer = frame.positions(kept, reducedAxis)
  const group = frame.light ? GROUP : 1
  const sets = Array.from({ length: group }, () => frame.cursors())
  const inputs = sets[0]!.map((_, i) => i)
  const acrossSteps = inputs.map((i) => f.local('i32', keptAxes.step(keptAxis, i + 1)))
  const alongSteps = inputs.map((i) => f.local('i32', keptAxes.step(reducedAxis, i + 1)))
  const position = f.local('i32', from)
  const first = f.local('i32')
  const count = f.local('i32')
  const left = f.local('i32')
  const row = f.local('i32')
  const line = f.local('i32')
  const pending = f.local('i32')
  const at = f.local('i32')
  const totalAt = f.local('i32')
  const quads = f.local('i32')

  /** For every accumulator of the strip. */
  const each = (body: () => void): void => {
    f.set(at, i32.add(frame.scratch, BLOCKS))
    f.set(totalAt, i32.add(frame.scratch, TOTALS))
    f.set(quads, i32.shrU(i32.add(count, 3), 2))
    f.while(
      () => quads,
      () => {
        body()
        f.increase(at, quadBytes(blocks))
        f.increase(totalAt, quadBytes(totals))
        f.increase(quads, -1)
      },
    )
  }
  const flush = (): void => {
    each(() => {
      const sum = totals.from(load(blocks, at), blocks.dtype)
      store(totalAt, totals.combine(load(totals, totalAt), sum))
      store(at, blocks.identity)
    })
    f.set(pending, 0)
  }
  const store = (to: Code, quad: Quad): void => {
    quad.forEach((half, i) => {
      f.do(v128.store(to, half, 16 * i))
    })
  }

  /** Take so many rows, from `line` on, into the accumulators. */
  const take = (count_: Local, several: readonly Cursor[][]): void => {
    several.forEach((cursors, r) => {
      cursors.forEach((cursor, i) => {
        const down = i32.mul(i32.add(line, r), alongSteps[i]!)
        const start = i32.add(i32.add(rows[i]!, down), i32.mul(first, acrossSteps[i]!))
        cursor.begin(start, acrossSteps[i]!)
      })
    })
    keptAxes.setIndex(reducedAxis, line)
    coordinates.begin((axis) => keptAxes.index(axis), keptAxis, first)
    f.set(left, count_)
    f.set(at, i32.add(frame.scratch, BLOCKS))
    quadLoop(
      f,
      several.flat(),
      left,
      1,
      (_, masks) => {
        const taken = blocks.join(several.map((cursors) => frame.elements(cursors, 0, masks)))
        store(at, blocks.combine(load(blocks, at), taken))
        f.increase(at, quadBytes(blocks))
      },
      () => coordinates.advance(),
    )
    f.increase(line, several.length)
    f.increase(pending, several.length)
    if (blocked) f.if(i32.ge(pending, BLOCK), flush)
  }

  const strip = f.local('i32', i32.remU(from, strips))
  keptAxes.seek(i32.divU(from, strips), 0, keptAxis)
  keptAxes.setIndex(keptAxis, 0)
  const output = frame.output()
  f.while(
    () => i32.lt(position, to),
    () => {
      f.set(first, i32.mul(strip, STRIP))
      f.set(count, i32.min(i32.sub(width, first), STRIP))
      each(() => {
        store(at, blocks.identity)
        if (blocked) store(totalAt, totals.identity)
      })
      f.set(pending, 0)
      frame.beginRows()
      f.set(row, 0)
      f.while(
        () => i32.lt(row, outer),
        () => {
          f.set(line, 0)
          if (group > 1) {
            f.while(
              () => i32.le(line, i32.sub(height, group)),
              () => take(count, sets),
            )
          }
          f.while(
            () => i32.lt(line, height),
            () => take(count, sets.slice(0, 1)),
          )
          reducedAxes.next(kept, reducedAxis)
          f.increase(row, 1)
        },
      )
      if (blocked) flush()
      const step = keptAxes.step(keptAxis, 0)
      output.begin(i32.add(starts[0]!, i32.mul(first, step)), step)
      f.set(left, count)
      each(() => {
        const total = blocked ? load(totals, totalAt) : load(blocks, at)
        output.storeSome(frame.result(total), left)
        output.advance(1)
        f.increase(left, -4)
      })
      f.increase(position, 1)
      f.increase(strip, 1)
      f.if(i32.eq(strip, strips), () => {
        f.set(strip, 0)
        keptAxes.next(0, keptAxis)
      })
    },
  )
}

const quadBytes = ({ dtype }: Accumulator): number => (dtype === 'float64' ? 32 : 16)

/** An accumulator lies in memory as it is in vectors: bools as masks. */
const load = ({ dtype }: Accumulator, from: Code): Quad =>
  dtype === 'float64' ? loadQuad('float64', from) : [v128.load(from)]
