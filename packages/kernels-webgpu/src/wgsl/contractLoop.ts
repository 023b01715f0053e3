/** How a workgroup comes by a tile of a and of b, as lines. */
export interface TileSteps {
  /** Positions of k. */
  readonly depth: number
  /** Each thread reads what it brings of the tiles that begin at `first`. */
  readonly fetch: readonly string[]
  /** It goes to workgroup memory. */
  readonly put: readonly string[]
  readonly multiply: readonly string[]
}

/** From `start` to `end` along k, tile by tile: the next tiles are on their way while these are multiplied. */
export const overTiles = ({ depth, fetch, put, multiply }: TileSteps): string[] => [
  'var first = start;',
  ...fetch,
  'while (first < end) {',
  'workgroupBarrier();',
  ...put,
  'workgroupBarrier();',
  `first += ${depth};`,
  'if (first < end) {',
  ...fetch,
  '}',
  ...multiply,
  '}',
]
