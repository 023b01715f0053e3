import {
  checkOptions,
  DTypeError,
  expr,
  formulas as f,
  formatShape,
  generate,
  isFloat,
  program,
  RungsError,
  ShapeError,
} from '@rungs/ndarray'
import { checkTensors } from '../operator.ts'
import { Tensor } from '../tensor.ts'
import { type DropoutOptions, dropout } from './dropout.ts'
import { maskedSoftmax } from './maskedSoftmax.ts'
import { matmul } from './products.ts'

export interface AttentionOptions extends Pick<DropoutOptions, 'generator'> {
  /**
   * Broadcasts to (…, L, S): booleans, true where a query may look at a key, or numbers to add to the scores. A query that
   * may look at no key gets zeros.
   */
  readonly attnMask?: Tensor | null
  /** Query i may look at keys 0 to i. */
  readonly isCausal?: boolean
  /** How probable it is that a weight is dropped; 0 when left out. */
  readonly dropoutP?: number
  /** What the scores are multiplied by; 1/√E when left out. */
  readonly scale?: number
}

/**
 * `softmax(scale · query · keyᵀ + mask) · value`: for each of the queries (…, L, E), the mean of the values (…, S, F),
 * weighted by how well their keys (…, S, E) fit it. Gives (…, L, F).
 * @throws {ShapeError} where the shapes do not fit. @throws {DTypeError} for a mask that is neither boolean nor a float.
 * @throws {RungsError} for a mask beside `isCausal`, or a probability outside [0, 1].
 * @see A. Vaswani and others, Attention is all you need, 2017, section 3.2.1.
 */
export function scaledDotProductAttention(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  options?: AttentionOptions,
): Tensor {
  checkTensors('scaledDotProductAttention', [query, key, value])
  const weights = attentionWeights(query, key, options)
  if (value.ndim < 2 || value.shape.at(-2) !== key.shape.at(-2)) throw misfit(query, key, value)
  return matmul(weights, value)
}

/**
 * `softmax(scale · query · keyᵀ + mask)`, (…, L, S): by what `scaledDotProductAttention` weights values, dropout included. It
 * throws what that throws.
 */
export function attentionWeights(query: Tensor, key: Tensor, options: AttentionOptions = {}): Tensor {
  checkOptions(options, ['attnMask', 'isCausal', 'dropoutP', 'scale', 'generator'], 'scaledDotProductAttention')
  const { attnMask = null, isCausal = false, dropoutP = 0, generator } = options
  checkTensors('scaledDotProductAttention', [query, key, attnMask])
  if (query.ndim < 2 || key.ndim < 2 || query.shape.at(-1) !== key.shape.at(-1)) throw misfit(query, key)
  const { scale = 1 / Math.sqrt(query.shape.at(-1)!) } = options
  const mask = isCausal ? causalMask(query, key, attnMask) : attnMask
  if (mask !== null && mask.dtype !== 'bool' && !isFloat(mask.dtype)) {
    throw new DTypeError(
      `Expected attn_mask dtype to be bool or float or to match query dtype, but got attn_mask.dtype: ${mask.dtype} and ` +
        `query.dtype: ${query.dtype} instead.`,
    )
  }
  const scores = matmul(query, key.transpose(-2, -1))
  const weights = maskedSoftmax(scores, mask?.expand(scores.shape) ?? null, scale)
  return dropout(weights, { p: dropoutP, generator })
}

const lowerTriangle = program(f.le(expr.coord(1), expr.coord(0)))

function causalMask(query: Tensor, key: Tensor, given: Tensor | null): Tensor {
  if (given !== null) throw new RungsError('Explicit attn_mask should not be set when is_causal=True: leave one out')
  const shape = [query.shape.at(-2)!, key.shape.at(-2)!]
  return new Tensor(generate(lowerTriangle, shape, query.device, 'bool', []))
}

const misfit = (...operands: Tensor[]): ShapeError =>
  new ShapeError(
    'scaledDotProductAttention: queries are (…, L, E), keys (…, S, E) and values (…, S, F), got ' +
      operands.map(({ shape }) => formatShape(shape)).join(', '),
  )
