import type { GoldenCurve } from '@rungs/testing'
import { plot } from 'simple-ascii-chart'

const WIDTH = 28
const HEIGHT = 6
/** A logarithmic axis has no place for 0: smaller losses are drawn here. */
const LOWEST = 1e-12

/** The losses on a logarithmic axis, line by line, with a dot at the golden loss of each of `steps`. */
export function curve(losses: readonly number[], golden: GoldenCurve, steps: readonly number[]): string[] {
  const point = (step: number, loss: number): [number, number] => [step, Math.log10(Math.max(loss, LOWEST))]
  // One point a column: all five hundred would be drawn over each other.
  const columns = Array.from({ length: WIDTH }, (_, i) => Math.round((i * (losses.length - 1)) / (WIDTH - 1)))
  const ours = columns.map((step) => point(step, losses[step]!)).filter(([, y]) => Number.isFinite(y))
  const theirs = steps.map((step) => point(step, golden.at[step]!))
  const heights = [...ours, ...theirs].map(([, y]) => y)
  const [low, high] = [Math.min(...heights), Math.max(...heights)]
  if (!(low < high)) return []
  const chart = plot(ours, {
    width: WIDTH,
    height: HEIGHT,
    yRange: [low, high],
    customXAxisTicks: [0, ...steps],
    // Rounding must not put the highest tick above the range.
    customYAxisTicks: Array.from({ length: HEIGHT }, (_, i) => Math.min(low + ((high - low) * i) / (HEIGHT - 1), high)),
    formatter: (value, { axis }) => (axis === 'y' ? (10 ** value).toExponential(0) : value),
    points: theirs.map(([x, y]) => ({ x, y })),
    symbols: { axis: { n: ' ' } },
  })
  return chart.split('\n').filter((line) => line.trim() !== '')
}
