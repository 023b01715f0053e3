import { formatShape, ShapeError, sameShape, type Tensor } from '@rungs/autograd'
import { checkTensor } from '../check.ts'

/** What the inputs of an attention of several heads have to fit. */
interface AttentionWidths {
  readonly embedDim: number
  readonly kdim: number
  readonly vdim: number
  readonly batchFirst: boolean
}

/** Whether there is a batch. @throws {ShapeError} where ranks, widths, lengths or numbers of examples do not fit. */
export function checkInputs(
  { embedDim, kdim, vdim, batchFirst }: AttentionWidths,
  query: Tensor,
  key: Tensor,
  value: Tensor,
): boolean {
  for (const x of [query, key, value]) checkTensor(x, 'MultiheadAttention')
  const { ndim } = query
  if (ndim !== 2 && ndim !== 3) {
    throw new ShapeError(`query should be unbatched 2D or batched 3D tensor but received ${ndim}-D query tensor`)
  }
  if (key.ndim !== ndim || value.ndim !== ndim) {
    throw new ShapeError(
      `For ${ndim === 3 ? 'batched (3-D)' : 'unbatched (2-D)'} \`query\`, expected \`key\` and \`value\` to be ${ndim}-D but found ` +
        `${key.ndim}-D and ${value.ndim}-D tensors respectively`,
    )
  }
  for (const [x, width] of [
    [query, embedDim],
    [key, kdim],
    [value, vdim],
  ] as const) {
    const got = x.shape.at(-1)
    if (got !== width) throw new ShapeError(`was expecting embedding dimension of ${width}, but got ${got}`)
  }
  const [keyShape, valueShape] = [key.shape.slice(0, -1), value.shape.slice(0, -1)]
  if (!sameShape(keyShape, valueShape)) {
    throw new ShapeError(
      `key's sequence and batch dims ${formatShape(keyShape)} do not match value's ${formatShape(valueShape)}`,
    )
  }
  const example = batchFirst ? 0 : 1
  if (ndim === 3 && query.shape[example] !== key.shape[example]) {
    throw new ShapeError(
      `MultiheadAttention: the query has ${query.shape[example]} examples, the key ${key.shape[example]}; inputs are ` +
        (batchFirst ? '(N, L, E)' : '(L, N, E), unless batchFirst is true'),
    )
  }
  return ndim === 3
}
