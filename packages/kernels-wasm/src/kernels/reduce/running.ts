import { type Code, i32 } from '../../emit/index.ts'
import { laneMasks } from '../quad.ts'
import type { Frame } from './frame.ts'

/**
 * Running sums and products along the one reduced axis: four neighbouring lines at a time, each lane going along its line.
 * Positions count such fours, those of each row of lines together.
 */
export function running(frame: Frame, from: Code, to: Code): void {
  const { f, totals, keptAxes, starts, keptAxis, reducedAxis, coordinates } = frame
  const cursors = frame.cursors()
  const output = frame.output()
  const width = f.local('i32', keptAxes.size(keptAxis))
  const fours = f.local('i32', i32.divU(i32.add(width, 3), 4))
  const length = f.local('i32', keptAxes.size(reducedAxis))
  const operands = starts.map((_, q) => q)
  const acrossSteps = operands.map((q) => f.local('i32', keptAxes.step(keptAxis, q)))
  const alongSteps = operands.map((q) => f.local('i32', keptAxes.step(reducedAxis, q)))
  const places = operands.map(() => f.local('i32'))
  const total = totals.start()
  const position = f.local('i32', from)
  const first = f.local('i32')
  const left = f.local('i32')
  const line = f.local('i32')

  const four = f.local('i32', i32.remU(from, fours))
  keptAxes.seek(i32.divU(from, fours), 0, keptAxis)
  f.while(
    () => i32.lt(position, to),
    () => {
      f.set(first, i32.shl(four, 2))
      f.set(left, i32.sub(width, first))
      const masks = laneMasks(f, left)
      totals.reset(total)
      frame.beginRows()
      places.forEach((place, q) => {
        f.set(place, i32.add(starts[q]!, i32.mul(first, acrossSteps[q]!)))
      })
      f.for(line, 0, length, 1, () => {
        cursors.forEach((cursor, i) => {
          cursor.begin(places[i + 1]!, acrossSteps[i + 1]!)
        })
        output.begin(places[0]!, acrossSteps[0]!)
        keptAxes.setIndex(reducedAxis, line)
        coordinates.begin((axis) => keptAxes.index(axis), keptAxis, first)
        totals.assign(total, totals.combine(total, frame.elements(cursors, 0, masks)))
        output.storeSome(frame.result(total), left)
        places.forEach((place, q) => {
          f.increase(place, alongSteps[q]!)
        })
      })
      f.increase(position, 1)
      f.increase(four, 1)
      f.if(i32.eq(four, fours), () => {
        f.set(four, 0)
        keptAxes.next(0, keptAxis)
      })
    },
  )
}
