/**
 * What lessons show. Every item is plain data that survives JSON and `postMessage` alike, so one lesson can be drawn in a
 * terminal, in a page, or ahead of time. An item that comes again with the same `id` takes the place of the one before.
 */
export type Item =
  | TextItem
  | TableItem
  | PlotItem
  | HistogramItem
  | BarsItem
  | HeatMapItem
  | GraphItem
  | ImagesItem
  | CodeItem
  | ProgressItem

interface Shared {
  /** Counts from 1 within a run. */
  readonly id: number
  /** What it is about, in a few words; may be empty. */
  readonly title: string
}

/** A `console.log`. */
export interface TextItem {
  readonly kind: 'text'
  readonly id: number
  readonly level: 'log' | 'warn' | 'error'
  readonly text: string
}

export type Cell = string | number | boolean | null

/** Rows under named columns; a number that is not finite comes as text. */
export interface TableItem extends Shared {
  readonly kind: 'table'
  readonly columns: readonly string[]
  readonly rows: readonly (readonly Cell[])[]
}

/** Null where a curve has a hole: the number was not finite, or has no place on a logarithmic axis. */
export type Point = readonly [x: number, y: number | null]

export interface Axis {
  /** May be empty. */
  readonly label: string
  readonly scale: 'linear' | 'log'
}

export interface Series {
  readonly name: string
  readonly points: readonly Point[]
}

/** Heights over a rectangle: the first row lies at the lower end of `y`, the first column at the lower end of `x`. */
export interface Surface {
  readonly x: readonly [low: number, high: number]
  readonly y: readonly [low: number, high: number]
  readonly values: readonly (readonly (number | null)[])[]
}

/** Curves and points on common axes, over the contours of a surface where there is one. */
export interface PlotItem extends Shared {
  readonly kind: 'plot'
  readonly x: Axis
  readonly y: Axis
  readonly lines: readonly Series[]
  readonly dots: readonly Series[]
  readonly surface: Surface | null
}

/** One histogram a row, all over the same range, in bins of one width. */
export interface HistogramItem extends Shared {
  readonly kind: 'histogram'
  readonly range: readonly [low: number, high: number]
  readonly rows: readonly {
    readonly name: string
    readonly counts: readonly number[]
    /** Values that lie beside the range, and those that are NaN or infinite. */
    readonly outside: number
    readonly notFinite: number
  }[]
}

export interface BarsItem extends Shared {
  readonly kind: 'bars'
  readonly scale: 'linear' | 'log'
  readonly unit: string
  readonly bars: readonly { readonly name: string; readonly value: number }[]
}

/** A matrix of numbers as shades; the first row is on top. */
export interface HeatMapItem extends Shared {
  readonly kind: 'heatMap'
  readonly range: readonly [low: number, high: number]
  readonly values: readonly (readonly (number | null)[])[]
}

/** A graph in Graphviz's DOT language. */
export interface GraphItem extends Shared {
  readonly kind: 'graph'
  readonly dot: string
}

/** Small grey pictures, row by row, each with its caption; `range` says which numbers are black and white. */
export interface ImagesItem extends Shared {
  readonly kind: 'images'
  readonly width: number
  readonly range: readonly [black: number, white: number]
  readonly images: readonly { readonly caption: string; readonly pixels: readonly number[] }[]
}

export interface CodeItem extends Shared {
  readonly kind: 'code'
  readonly language: 'ts' | 'wgsl' | 'text'
  readonly text: string
}

/** How far a loop is; it is over once `done` reaches `total`. */
export interface ProgressItem extends Shared {
  readonly kind: 'progress'
  readonly done: number
  readonly total: number
  /** What there is to say at this point, as the loss; may be empty. */
  readonly note: string
}
