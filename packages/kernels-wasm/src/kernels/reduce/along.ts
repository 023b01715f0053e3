import { type Code, i32, type Local } from '../../emit/index.ts'
import { quadLoop } from '../cursor.ts'
import type { Frame } from './frame.ts'

/** Elements that are summed before the sum goes into the total; each of the lanes takes a few dozen of them. */
const BLOCK = 1024
const UNROLL = 8

/** Results one after the other: positions count them. */
export function along(frame: Frame, from: Code, to: Code): void {
  const { f, blocks, totals, keptAxes, reducedAxes, rows, kept, reducedAxis, coordinates } = frame
  const blocked = blocks.dtype !== totals.dtype
  const unroll = frame.light ? UNROLL : 1
  const cursors = frame.cursors()
  const lanes = Array.from({ length: unroll }, () => blocks.start())
  const total = totals.start()
  const length = f.local('i32', keptAxes.size(reducedAxis))
  const outer = frame.positions(kept, reducedAxis)
  const steps = cursors.map((_, i) => f.local('i32', keptAxes.step(reducedAxis, i + 1)))
  const position = f.local('i32', from)
  const row = f.local('i32')
  /** How far along the innermost axis. */
  const done = f.local('i32')
  const left = f.local('i32')
  const pending = f.local('i32')

  const flush = (): void => {
    const sum = blocks.join(lanes)
    totals.assign(total, totals.combine(total, totals.from(sum, blocks.dtype)))
    for (const lane of lanes) blocks.reset(lane)
    f.set(pending, 0)
  }

  keptAxes.seek(from, 0, kept)
  f.while(
    () => i32.lt(position, to),
    () => {
      frame.beginRows()
      for (const lane of lanes) blocks.reset(lane)
      totals.reset(total)
      f.set(row, 0)
      f.while(
        () => i32.lt(row, outer),
        () => {
          f.set(done, 0)
          f.while(
            () => i32.lt(done, length),
            () => {
              takeBlock(left, blocked, length, done)
              cursors.forEach((cursor, i) => {
                cursor.begin(i32.add(rows[i]!, i32.mul(done, steps[i]!)), steps[i]!)
              })
              coordinates.begin((axis) => keptAxes.index(axis), reducedAxis, done)
              f.increase(done, left)
              f.increase(pending, left)
              quadLoop(
                f,
                cursors,
                left,
                unroll,
                (ahead, masks, rest) => {
                  const quad = frame.elements(cursors, ahead, masks)
                  const taken = rest === null ? quad : blocks.some(quad, rest)
                  blocks.assign(lanes[ahead]!, blocks.combine(lanes[ahead]!, taken))
                },
                () => coordinates.advance(),
              )
              if (blocked) f.if(i32.ge(pending, BLOCK), flush)
            },
          )
          reducedAxes.next(kept, reducedAxis)
          f.increase(row, 1)
        },
      )
      flush()
      frame.storeOne(totals.fold(total))
      keptAxes.next(0, kept)
      f.increase(position, 1)
    },
  )

  function takeBlock(into: Local, cut: boolean, size: Code, taken: Code): void {
    const rest = i32.sub(size, taken)
    f.set(into, cut ? i32.min(rest, BLOCK) : rest)
  }
}
