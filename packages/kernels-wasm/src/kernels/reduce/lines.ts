import { type Code, i32, type Local } from '../../emit/index.ts'
import type { Cursor } from '../cursor.ts'
import { laneMasks, type Quad } from '../quad.ts'
import type { Frame } from './frame.ts'

/** What is done with four lines. */
export interface LineBody {
  begin(): void
  /** Four elements, one of each line; `output` stands beside them. */
  take(elements: Quad, output: Cursor, left: Local): void
  end?(output: Cursor, left: Local): void
}

/**
 * Go along the reduced axes of four neighbouring results at a time, a lane for each, element by element. Positions count
 * such fours, those of each row of results together.
 */
export function lines(frame: Frame, from: Code, to: Code, body: LineBody): void {
  const { f, keptAxes, reducedAxes, starts, rows, kept, keptAxis, reducedAxis, coordinates } = frame
  const cursors = frame.cursors()
  const output = frame.output()
  const width = f.local('i32', keptAxes.size(keptAxis))
  const fours = f.local('i32', i32.shrU(i32.add(width, 3), 2))
  const length = f.local('i32', keptAxes.size(reducedAxis))
  const outer = frame.positions(kept, reducedAxis)
  const operands = starts.map((_, q) => q)
  const acrossSteps = operands.map((q) => f.local('i32', keptAxes.step(keptAxis, q)))
  const alongSteps = operands.map((q) => f.local('i32', keptAxes.step(reducedAxis, q)))
  const places = operands.map(() => f.local('i32'))
  const position = f.local('i32', from)
  const [first, left, row, line] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')]

  const stand = (): void => {
    output.begin(places[0]!, acrossSteps[0]!)
    cursors.forEach((cursor, i) => {
      cursor.begin(places[i + 1]!, acrossSteps[i + 1]!)
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
      body.begin()
      frame.beginRows()
      f.for(row, 0, outer, 1, () => {
        places.forEach((place, q) => {
          const start = q === 0 ? starts[0]! : rows[q - 1]!
          f.set(place, i32.add(start, i32.mul(first, acrossSteps[q]!)))
        })
        f.for(line, 0, length, 1, () => {
          stand()
          keptAxes.setIndex(reducedAxis, line)
          coordinates.begin((axis) => keptAxes.index(axis), keptAxis, first)
          body.take(frame.elements(cursors, 0, masks), output, left)
          places.forEach((place, q) => {
            f.increase(place, alongSteps[q]!)
          })
        })
        reducedAxes.next(kept, reducedAxis)
      })
      body.end?.(output, left)
      f.increase(position, 1)
      f.increase(four, 1)
      f.if(i32.eq(four, fours), () => {
        f.set(four, 0)
        keptAxes.next(0, keptAxis)
      })
    },
  )
}
