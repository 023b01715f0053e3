import { checkOptions, type Generator as Numbers, RungsError, randperm, ShapeError, type Tensor } from 'rungs'

export interface BatchOptions {
  /** Rows of a batch; the last one has what is left. */
  readonly batchSize: number
  /** Whose numbers order the rows; the default generator's when left out. */
  readonly generator?: Numbers
}

/**
 * All rows of some tensors (N, …), in an order drawn anew for every pass: the same rows of each of them, one batch at a time.
 *
 * ```ts
 * for (const [x, y] of batches([images, labels], { batchSize: 64 })) { … }
 * ```
 * @throws {ShapeError} where N is not one number. @throws {RungsError} for a batch size that is not a positive integer.
 */
export function* batches<T extends readonly Tensor[]>(
  tensors: readonly [...T],
  options: BatchOptions,
): Generator<{ [K in keyof T]: Tensor }> {
  checkOptions(options, ['batchSize', 'generator'], 'batches')
  const { batchSize, generator } = options
  const [first] = tensors
  const rows = first?.shape[0]
  if (rows === undefined || tensors.some(({ shape }) => shape[0] !== rows)) {
    const shapes = tensors.map(({ shape }) => `(${shape.join(', ')})`)
    throw new ShapeError(`batches: the tensors have the same number of rows, got shapes ${shapes.join(', ')}`)
  }
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new RungsError(`batches: the batch size is a positive integer, got ${batchSize}`)
  }
  const order = randperm(rows, { device: first!.device, ...(generator && { generator }) })
  for (let start = 0; start < rows; start += batchSize) {
    const chosen = order.slice(0, start, start + batchSize)
    yield tensors.map((tensor) => tensor.at(chosen)) as { [K in keyof T]: Tensor }
  }
}
