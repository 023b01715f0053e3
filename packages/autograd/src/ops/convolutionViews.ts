import { type NDArray, pad } from '@rungs/ndarray'
import type { Windows } from './windows.ts'

// The operands of a convolution as a contraction takes them: views of [groups, channels, taps…, images, positions…].

/** A dim of a view: how many positions, and how many elements from one to the next. */
type Dim = readonly [size: number, stride: number]

const dimsOf = (x: NDArray): Dim[] => x.shape.map((size, i) => [size, x.strides[i]!])

function viewOf(x: NDArray, dims: readonly Dim[], offset: number = x.offset): NDArray {
  const sizes = dims.map(([size]) => size)
  const strides = dims.map(([, stride]) => stride)
  return x.view(sizes, strides, offset)
}

/** A dim as [groups, the part of each]. */
const parted = ([size, stride]: Dim, groups: number): [Dim, Dim] => [
  [groups, (size / groups) * stride],
  [size / groups, stride],
]

/** (N, C, …) as [groups, C / groups, inner…, N, outer…], where each dim of an image gives an inner and an outer one. */
function split(
  x: NDArray,
  groups: number,
  inner: (step: number, dim: number) => Dim,
  outer: (step: number, dim: number) => Dim,
  offset?: number,
): NDArray {
  const [images, channels, ...along] = dimsOf(x) as [Dim, Dim, ...Dim[]]
  const innerDims = along.map(([, step], dim) => inner(step, dim))
  const outerDims = along.map(([, step], dim) => outer(step, dim))
  return viewOf(x, [...parted(channels, groups), ...innerDims, images, ...outerDims], offset)
}

/** A weight (F, C / groups, …) as [groups, F / groups, C / groups, taps…]. */
export function weightByGroup(w: NDArray, groups: number): NDArray {
  const [filters, ...rest] = dimsOf(w) as [Dim, ...Dim[]]
  return viewOf(w, [...parted(filters, groups), ...rest])
}

/** An output (N, F, …) as [groups, F / groups, N, …]. */
export function outputByGroup(y: NDArray, groups: number): NDArray {
  const [images, filters, ...along] = dimsOf(y) as [Dim, Dim, ...Dim[]]
  return viewOf(y, [...parted(filters, groups), images, ...along])
}

/** An input (N, C, …) as [groups, C / groups, taps…, N, windows…]. */
export const overWindows = (x: NDArray, windows: readonly Windows[], groups: number): NDArray =>
  split(
    x,
    groups,
    (step, dim) => [windows[dim]!.size, windows[dim]!.dilation * step],
    (step, dim) => [windows[dim]!.output, windows[dim]!.stride * step],
  )

/**
 * How a dim of the input comes from the windows over it. Position p of the padded input is in the windows o, at the taps k,
 * with p = o · stride + k · dilation. With k = phase + j · phases, j taps are as far as j · step windows, so that
 * p = q · stride + phase · dilation for q = o + j · step: a phase fills every stride-th position, no two the same.
 */
export interface Phases {
  readonly windows: Windows
  readonly phases: number
  /** Taps of each phase; the last may lie past the end of the weight. */
  readonly taps: number
  readonly step: number
  /** The first q, and how many there are. */
  readonly first: number
  readonly count: number
  /** Positions from that of the first q on, and which of them is the input's first. */
  readonly extent: number
  readonly start: number
  /** No phase reaches some positions. */
  readonly gaps: boolean
}

export function phasesOf(windows: Windows): Phases {
  const { input, before, size, stride, dilation } = windows
  const shared = greatestCommonDivisor(stride, dilation)
  const phases = stride / shared
  const widest = (phases - 1) * dilation
  const first = Math.floor((before - Math.max(0, widest - stride + 1)) / stride)
  const count = Math.floor((before + input - 1) / stride) - first + 1
  const start = before - first * stride
  return {
    windows,
    phases,
    taps: Math.ceil(size / phases),
    step: dilation / shared,
    first,
    count,
    extent: Math.max((count - 1) * stride + widest + 1, start + input),
    start,
    gaps: shared > 1,
  }
}

const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b))

/** A weight (F, C / groups, …) as [groups, C / groups, phases…, F / groups, taps of a phase…]. */
export function weightByPhase(w: NDArray, phased: readonly Phases[], groups: number): NDArray {
  const missing = phased.map(({ phases, taps, windows }) => phases * taps - windows.size)
  const whole = widened(
    w,
    missing.map((after) => [0, after]),
  )
  const [filters, channels, ...along] = dimsOf(whole) as [Dim, Dim, ...Dim[]]
  const [group, filtersOfGroup] = parted(filters, groups)
  return viewOf(whole, [
    group,
    channels,
    ...along.map(([, step], dim): Dim => [phased[dim]!.phases, step]),
    filtersOfGroup,
    ...along.map(([, step], dim): Dim => [phased[dim]!.taps, phased[dim]!.phases * step]),
  ])
}

/** An output (N, F, …) as [groups, F / groups, taps of a phase…, N, q…]. */
export function outputByPhase(y: NDArray, phased: readonly Phases[], groups: number): NDArray {
  const reach = phased.map(({ taps, step }) => (taps - 1) * step)
  const whole = widened(
    y,
    phased.map(({ first, count, windows }, dim) => [reach[dim]! - first, first + count - windows.output]),
  )
  return split(
    whole,
    groups,
    (step, dim) => [phased[dim]!.taps, -phased[dim]!.step * step],
    (step, dim) => [phased[dim]!.count, step],
    reach.reduce((offset, positions, dim) => offset + positions * whole.strides[dim + 2]!, whole.offset),
  )
}

/** Where an input (N, C, …) is to be, as [groups, C / groups, phases…, N, q…]. */
export const placesByPhase = (x: NDArray, phased: readonly Phases[], groups: number): NDArray =>
  split(
    x,
    groups,
    (step, dim) => [phased[dim]!.phases, phased[dim]!.windows.dilation * step],
    (step, dim) => [phased[dim]!.count, phased[dim]!.windows.stride * step],
  )

/** With so many zeros before and after the dims behind the first two, and without positions where these are negative. */
function widened(x: NDArray, widths: readonly (readonly [before: number, after: number])[]): NDArray {
  let kept = x
  for (const [dim, [before, after]] of widths.entries()) {
    if (before < 0 || after < 0)
      kept = kept.slice(dim + 2, Math.max(0, -before), x.shape[dim + 2]! + Math.min(0, after))
  }
  const added = widths.toReversed().flatMap((both) => both.map((width) => Math.max(0, width)))
  return added.every((width) => width === 0) ? kept : pad(kept, added)
}
