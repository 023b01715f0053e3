import type { Tensor } from '@rungs/autograd'

/** What is known of a function on a line, `t` steps along it. */
export interface Point {
  readonly t: number
  readonly loss: number
  /** The derivative along the line. */
  readonly slope: number
  /** The gradient, all parameters in one dim, and its largest magnitude. */
  readonly gradient: Tensor
  readonly largest: number
}

/** The loss must fall by this part of what the slope promises, and the slope to that part of what it was. */
const [DECREASE, CURVATURE] = [1e-4, 0.9]
const MOST = 25

/**
 * A point that satisfies the strong Wolfe conditions, `f(t) ≤ f(0) + 1e-4 · t · f′(0)` and `|f′(t)| ≤ 0.9 · |f′(0)|`, or the best one
 * found in 25 evaluations: widen an interval until it must contain one, then narrow it by cubic interpolation. PyTorch's choices
 * throughout.
 * @param first the point that is tried first.
 * @param tolerance an interval that is shorter ends the search.
 * @see J. Nocedal and S. Wright, Numerical optimization, algorithms 3.5 and 3.6.
 */
export async function strongWolfe(
  evaluate: (t: number) => Promise<Point>,
  start: Point,
  first: number,
  tolerance: number,
): Promise<Point> {
  const tooHigh = ({ t, loss }: Point): boolean => loss > start.loss + DECREASE * t * start.slope
  const isFlat = ({ slope }: Point): boolean => Math.abs(slope) <= -CURVATURE * start.slope
  let [previous, current] = [start, await evaluate(first)]
  let tries = 0
  for (; ; tries++) {
    if (tries === MOST) {
      previous = start
      break
    }
    if (tooHigh(current) || (tries > 1 && current.loss >= previous.loss)) break
    if (isFlat(current)) return current
    if (current.slope >= 0) break
    const { t } = current
    const next = interpolate(previous, current, t + 0.01 * (t - previous.t), 10 * t)
    previous = current
    current = await evaluate(next)
  }
  let [low, high] = previous.loss <= current.loss ? [previous, current] : [current, previous]
  let wasNearEnd = false
  for (; tries < MOST && Math.abs(high.t - low.t) >= tolerance; tries++) {
    const [least, most] = [Math.min(low.t, high.t), Math.max(low.t, high.t)]
    let t = interpolate(low, high, least, most)
    const margin = 0.1 * (most - least)
    const isNearEnd = Math.min(most - t, t - least) < margin
    const moves: boolean = isNearEnd && (wasNearEnd || t >= most || t <= least)
    if (moves) t = Math.abs(t - most) < Math.abs(t - least) ? most - margin : least + margin
    wasNearEnd = isNearEnd && !moves
    const point = await evaluate(t)
    if (tooHigh(point) || point.loss >= low.loss) {
      ;[low, high] = low.loss <= point.loss ? [low, point] : [point, low]
    } else {
      if (isFlat(point)) return point
      if (point.slope * (high.t - low.t) >= 0) high = low
      low = point
    }
  }
  return low
}

/** The lowest point of the cubic through two points with their slopes, within bounds; their middle where it has none. */
function interpolate(a: Point, b: Point, least: number, most: number): number {
  const d = a.slope + b.slope - (3 * (a.loss - b.loss)) / (a.t - b.t)
  const square = d * d - a.slope * b.slope
  if (!(square >= 0)) return (least + most) / 2
  const root = Math.sqrt(square)
  const [left, right] = a.t <= b.t ? [a, b] : [b, a]
  const t = right.t - (right.t - left.t) * ((right.slope + root - d) / (right.slope - left.slope + 2 * root))
  return Math.min(Math.max(t, least), most)
}
