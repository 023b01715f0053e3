import { type NDArray, pad } from '@rungs/ndarray'

/** How windows lie along one dim: one every `stride` positions, each of `size` elements that are `dilation` apart. */
export interface Windows {
  /** Positions of the dim. */
  readonly input: number
  /** Positions added in front, where the first window begins. */
  readonly before: number
  /** How many windows there are. */
  readonly output: number
  readonly size: number
  readonly stride: number
  readonly dilation: number
}

/** From the first element of a window to its last. */
export const spanOf = ({ size, dilation }: Pick<Windows, 'size' | 'dilation'>): number => (size - 1) * dilation + 1

/** Positions by which the last window reaches past the end, or 0. */
const behind = (along: Windows): number =>
  Math.max(0, (along.output - 1) * along.stride + spanOf(along) - along.before - along.input)

/**
 * `x` with `value` wherever windows along its last dims reach out of it; `x` itself where none does.
 * @param windows by dim, null where there are none.
 */
export function padded(x: NDArray, windows: readonly (Windows | null)[], value: number = 0): NDArray {
  const widths = windows.toReversed().flatMap((along) => (along === null ? [0, 0] : [along.before, behind(along)]))
  return widths.every((width) => width === 0) ? x : pad(x, widths, { value })
}
