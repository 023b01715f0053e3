import type { Axis } from '../../item.ts'

/** A position on an axis, as what is drawn evenly: its logarithm on a logarithmic one. */
export const evenly = ({ scale }: Axis, value: number): number => (scale === 'log' ? Math.log10(value) : value)
const back = ({ scale }: Axis, even: number): number => (scale === 'log' ? 10 ** even : even)

/** What an axis covers, evenly. */
export interface Extent {
  readonly axis: Axis
  readonly low: number
  readonly high: number
}

/** Characters in rows and columns, painted over each other; positions are those of the axes. */
export class Canvas {
  readonly cells: string[][]
  private readonly x: Extent
  private readonly y: Extent
  private readonly width: number
  private readonly height: number

  constructor(x: Extent, y: Extent, width: number, height: number) {
    this.x = x
    this.y = y
    this.width = width
    this.height = height
    this.cells = Array.from({ length: height }, () => new Array<string>(width).fill(' '))
  }

  dot(x: number, y: number, mark: string): void {
    const [column, row] = this.place(x, y)
    this.put(Math.round(column), Math.round(row), mark)
  }

  /** From one point to another, in steps of at most one character. */
  line(from: readonly [number, number], to: readonly [number, number], mark: string): void {
    const [column0, row0] = this.place(...from)
    const [column1, row1] = this.place(...to)
    const steps = Math.max(Math.ceil(Math.max(Math.abs(column1 - column0), Math.abs(row1 - row0))), 1)
    for (let i = 0; i <= steps; i++) {
      const share = i / steps
      this.put(Math.round(column0 + (column1 - column0) * share), Math.round(row0 + (row1 - row0) * share), mark)
    }
  }

  /** The value at the middle of each row, the top one first, and of each column. */
  valueOfRow(row: number): number {
    const { axis, low, high } = this.y
    return back(axis, high - ((high - low) * row) / (this.height - 1))
  }
  valueOfColumn(column: number): number {
    const { axis, low, high } = this.x
    return back(axis, low + ((high - low) * column) / (this.width - 1))
  }

  private place(x: number, y: number): [column: number, row: number] {
    const share = ({ axis, low, high }: Extent, value: number): number => (evenly(axis, value) - low) / (high - low)
    return [share(this.x, x) * (this.width - 1), (1 - share(this.y, y)) * (this.height - 1)]
  }

  private put(column: number, row: number, mark: string): void {
    if (this.cells[row]?.[column] !== undefined) this.cells[row]![column] = mark
  }
}
