/** Characters in rows and columns, painted over each other. */
export class Canvas {
  readonly cells: string[][]

  constructor(width: number, height: number) {
    this.cells = Array.from({ length: height }, () => new Array<string>(width).fill(' '))
  }

  /** The character nearest to a position; beside the canvas there is none. */
  put(column: number, row: number, mark: string): void {
    const cells = this.cells[Math.round(row)]
    if (cells?.[Math.round(column)] !== undefined) cells[Math.round(column)] = mark
  }

  /** From one position to another, in steps of at most one character. */
  line(from: readonly [number, number], to: readonly [number, number], mark: string): void {
    const [across, down] = [to[0] - from[0], to[1] - from[1]]
    const steps = Math.max(Math.ceil(Math.max(Math.abs(across), Math.abs(down))), 1)
    for (let i = 0; i <= steps; i++) this.put(from[0] + (across * i) / steps, from[1] + (down * i) / steps, mark)
  }
}
