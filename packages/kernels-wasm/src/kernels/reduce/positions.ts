import { type Code, f32x4, f64x2, i32, i32x4, type Local, v128 } from '../../emit/index.ts'
import { castQuad } from '../casts.ts'
import { laneMasks, narrowMask, type Quad, widenMask } from '../quad.ts'
import type { Frame } from './frame.ts'

/**
 * Where the first extreme is, or the first NaN: four neighbouring results at a time, each lane going through its elements
 * in order. Positions count such fours, those of each line of results together.
 */
export function positions(frame: Frame, from: Code, to: Code): void {
  const { f, blocks, keptAxes, reducedAxes, starts, rows, kept, keptAxis, reducedAxis, coordinates } = frame
  const { op } = frame.reduction.accumulation
  const cursors = frame.cursors()
  const output = frame.output()
  const width = f.local('i32', keptAxes.size(keptAxis))
  const fours = f.local('i32', i32.divU(i32.add(width, 3), 4))
  const length = f.local('i32', keptAxes.size(reducedAxis))
  const outer = frame.positions(kept, reducedAxis)
  const acrossSteps = cursors.map((_, i) => f.local('i32', keptAxes.step(keptAxis, i + 1)))
  const alongSteps = cursors.map((_, i) => f.local('i32', keptAxes.step(reducedAxis, i + 1)))
  const best = blocks.start()
  const where = f.local('v128')
  const counter = f.local('i32')
  const position = f.local('i32', from)
  const first = f.local('i32')
  const left = f.local('i32')
  const row = f.local('i32')
  const line = f.local('i32')
  const places = rows.map(() => f.local('i32'))

  const take = (masks: readonly Code[]): void => {
    cursors.forEach((cursor, i) => {
      cursor.begin(places[i]!, acrossSteps[i]!)
    })
    keptAxes.setIndex(reducedAxis, line)
    coordinates.begin((axis) => keptAxes.index(axis), keptAxis, first)
    const quad = frame.elements(cursors, 0, masks)
    const better = f.local('v128', isBetter(frame, op === 'argmax', quad, best))
    const selects = best.length === 2 ? widenMask([better]) : [better]
    best.forEach((half, i) => {
      f.set(half, v128.bitSelect(quad[i]!, half, selects[i]!))
    })
    f.set(where, v128.bitSelect(i32x4.splat(counter), where, better))
    f.increase(counter, 1)
    places.forEach((place, i) => {
      f.increase(place, alongSteps[i]!)
    })
  }

  const four = f.local('i32', i32.remU(from, fours))
  keptAxes.seek(i32.divU(from, fours), 0, keptAxis)
  f.while(
    () => i32.lt(position, to),
    () => {
      f.set(first, i32.shl(four, 2))
      f.set(left, i32.sub(width, first))
      const masks = laneMasks(f, left)
      blocks.reset(best)
      f.set(where, i32x4.const(0))
      f.set(counter, 0)
      frame.beginRows()
      f.set(row, 0)
      f.while(
        () => i32.lt(row, outer),
        () => {
          places.forEach((place, i) => {
            f.set(place, i32.add(rows[i]!, i32.mul(first, acrossSteps[i]!)))
          })
          f.for(line, 0, length, 1, () => take(masks))
          reducedAxes.next(kept, reducedAxis)
          f.increase(row, 1)
        },
      )
      const step = keptAxes.step(keptAxis, 0)
      output.begin(i32.add(starts[0]!, i32.mul(first, step)), step)
      output.storeSome(castQuad(f, [where], 'int32', frame.reduction.out), left)
      f.increase(position, 1)
      f.increase(four, 1)
      f.if(i32.eq(four, fours), () => {
        f.set(four, 0)
        keptAxes.next(0, keptAxis)
      })
    },
  )
}

/** A mask: beyond the best so far, or the first NaN. */
function isBetter(frame: Frame, greater: boolean, quad: Quad, best: readonly Local[]): Code {
  const { dtype } = frame.blocks
  if (dtype === 'float32' || dtype === 'float64') {
    const { gt, lt, ne, eq } = dtype === 'float32' ? f32x4 : f64x2
    const halves = quad.map((half, i) => {
      const beyond = greater ? gt(half, best[i]!) : lt(half, best[i]!)
      return v128.or(beyond, v128.and(ne(half, half), eq(best[i]!, best[i]!)))
    })
    return dtype === 'float64' ? narrowMask(halves)[0]! : halves[0]!
  }
  const [a, b] = [quad[0]!, best[0]!]
  // As numbers, masks of bool would be 0 and -1.
  if (dtype === 'bool') return greater ? i32x4.lt(a, b) : i32x4.gt(a, b)
  if (dtype === 'int32') return greater ? i32x4.gt(a, b) : i32x4.lt(a, b)
  return greater ? i32x4.gtU(a, b) : i32x4.ltU(a, b)
}
