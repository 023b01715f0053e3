type Position = readonly [column: number, row: number]

/** Characters in rows and columns, painted over each other. */
export class Canvas {
  readonly cells: string[][]
  /** The highest column and row. */
  private readonly last: Position

  constructor(width: number, height: number) {
    this.cells = Array.from({ length: height }, () => new Array<string>(width).fill(' '))
    this.last = [width - 1, height - 1]
  }

  /** The character nearest to a position; beside the canvas there is none. */
  put([column, row]: Position, mark: string): void {
    const cells = this.cells[Math.round(row)]
    if (cells?.[Math.round(column)] !== undefined) cells[Math.round(column)] = mark
  }

  /** From one position to another, in steps of at most one character; what lies beside the canvas takes no steps. */
  line(from: Position, to: Position, mark: string): void {
    const [enters, leaves] = this.sharesInside(from, to)
    if (enters > leaves) return
    const at = (share: number): Position => [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share]
    const [[left, top], [right, bottom]] = [at(enters), at(leaves)]
    const steps = Math.max(Math.ceil(Math.max(Math.abs(right - left), Math.abs(bottom - top))), 1)
    for (let i = 0; i <= steps; i++) this.put(at(enters + ((leaves - enters) * i) / steps), mark)
  }

  /** After which shares of its way a line enters and leaves the canvas; one that misses it leaves before it enters. */
  private sharesInside(from: Position, to: Position): [enters: number, leaves: number] {
    let [enters, leaves] = [0, 1]
    for (const axis of [0, 1] as const) {
      const [start, way] = [from[axis], to[axis] - from[axis]]
      if (way === 0) continue // `put` knows whether it is inside
      const ends = [(-0.5 - start) / way, (this.last[axis] + 0.5 - start) / way]
      enters = Math.max(enters, Math.min(...ends))
      leaves = Math.min(leaves, Math.max(...ends))
    }
    return [enters, leaves]
  }
}
