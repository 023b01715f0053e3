import { type Code, f32x4, f64x2, i32x4, type Local, v128 } from '../../emit/index.ts'
import { castQuad } from '../casts.ts'
import { narrowMask, type Quad, widenMask } from '../quad.ts'
import type { Frame } from './frame.ts'
import { lines } from './lines.ts'

/** Where the first extreme is, or the first NaN. */
export function positions(frame: Frame, from: Code, to: Code): void {
  const { f, blocks } = frame
  const greater = frame.reduction.accumulation.op === 'argmax'
  const best = blocks.start()
  const where = f.local('v128')
  const counter = f.local('v128')
  lines(frame, from, to, {
    begin() {
      blocks.reset(best)
      f.set(where, i32x4.const(0))
      f.set(counter, i32x4.const(0))
    },
    take(elements) {
      const better = f.local('v128', isBetter(frame, greater, elements, best))
      const masks = best.length === 2 ? widenMask([better]) : [better]
      best.forEach((half, i) => {
        f.set(half, v128.bitSelect(elements[i]!, half, masks[i]!))
      })
      f.set(where, v128.bitSelect(counter, where, better))
      f.set(counter, i32x4.add(counter, i32x4.const(1)))
    },
    end(output, left) {
      output.storeSome(castQuad(f, [where], 'int32', frame.reduction.out), left)
    },
  })
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
