import type { Code } from '../../emit/index.ts'
import type { Frame } from './frame.ts'
import { lines } from './lines.ts'

/** Running sums and products along the one reduced axis, with a result for each element. */
export function running(frame: Frame, from: Code, to: Code): void {
  const { totals } = frame
  const total = totals.start()
  lines(frame, from, to, {
    begin: () => totals.reset(total),
    take(elements, output, left) {
      totals.assign(total, totals.combine(total, elements))
      output.storeSome(frame.result(total), left)
    },
  })
}
