import {
  bitwiseOr,
  type Device,
  DTypeError,
  formatShape,
  isFloat,
  logicalNot,
  ones,
  pad,
  ShapeError,
  sameShape,
  type Tensor,
  triu,
  where,
} from '@rungs/autograd'

export interface AttentionMasks {
  /** (N, S), without a batch (S): booleans, true for keys that no query may look at, or numbers to add to their scores. */
  readonly keyPaddingMask?: Tensor | null
  /** (L, S) or (N · heads, L, S): booleans, true where a query may **not** look at a key, or numbers to add to the scores. */
  readonly attnMask?: Tensor | null
  /** Query i may look at keys 0 to i; beside a mask, where both allow it. */
  readonly isCausal?: boolean
}

/** How many examples, heads, queries and keys an attention has, and where it is computed. */
export interface AttentionSizes {
  readonly batch: number
  readonly heads: number
  readonly queries: number
  readonly keys: number
  readonly device: Device
}

/**
 * All masks as one that broadcasts to (N, heads, L, S + appended), as `scaledDotProductAttention` takes it: true where a query
 * may look. Keys that are appended are open to all.
 * @throws {ShapeError} for masks of other shapes. @throws {DTypeError} for one that is neither boolean nor a float.
 */
export function mergeMasks(masks: AttentionMasks, sizes: AttentionSizes, appended: number): Tensor | null {
  const { keyPaddingMask = null, attnMask = null, isCausal = false } = masks
  const parts: Tensor[] = []
  if (attnMask !== null) parts.push(perHead(attnMask, sizes))
  if (keyPaddingMask !== null) parts.push(perExample(keyPaddingMask, sizes))
  if (isCausal) parts.push(triu(ones([sizes.queries, sizes.keys], { dtype: 'bool', device: sizes.device }), 1))
  if (parts.length === 0) return null
  const boolean = parts.every(({ dtype }) => dtype === 'bool')
  const merged = boolean ? parts.reduce(bitwiseOr) : parts.map(asNumbers).reduce((sum, part) => sum.add(part))
  const open = appended === 0 ? merged : pad(merged, [0, appended])
  return boolean ? logicalNot(open) : open
}

const asNumbers = (mask: Tensor): Tensor => (mask.dtype === 'bool' ? where(mask, Number.NEGATIVE_INFINITY, 0) : mask)

function perHead(mask: Tensor, { batch, heads, queries, keys }: AttentionSizes): Tensor {
  checkDType(mask, 'attn_mask')
  const wanted = mask.ndim === 3 ? [batch * heads, queries, keys] : [queries, keys]
  if (!sameShape(mask.shape, wanted)) {
    throw new ShapeError(
      `The shape of the ${mask.ndim}D attn_mask is ${formatShape(mask.shape)}, but should be ${formatShape(wanted)}.`,
    )
  }
  return mask.ndim === 3 ? mask.reshape([batch, heads, queries, keys]) : mask
}

function perExample(mask: Tensor, { batch, keys }: AttentionSizes): Tensor {
  checkDType(mask, 'key_padding_mask')
  if (!sameShape(mask.shape, [batch, keys]) && !(batch === 1 && sameShape(mask.shape, [keys]))) {
    throw new ShapeError(
      `expecting key_padding_mask shape of ${formatShape([batch, keys])}, but got ${formatShape(mask.shape)}`,
    )
  }
  return mask.reshape([batch, 1, 1, keys])
}

function checkDType({ dtype }: Tensor, name: string): void {
  if (dtype === 'bool' || isFloat(dtype)) return
  throw new DTypeError(`only bool and floating types of ${name} are supported, not ${dtype}; see x.to('bool')`)
}
