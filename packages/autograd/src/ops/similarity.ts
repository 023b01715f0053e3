import { broadcastShapes, checkOptions, RungsError } from '@rungs/ndarray'
import { checkTensors } from '../operator.ts'
import type { Tensor } from '../tensor.ts'
import { maximum } from './elementwise.ts'

export interface NormalizeOptions {
  /** Which length: 2, when left out, is Euclid's, 1 the sum of all, and infinity the largest. */
  readonly p?: number
  /** The dim of the vectors; 1 when left out. */
  readonly dim?: number
  /** The least that a length counts as; 1e-12 when left out. */
  readonly eps?: number
}

export type CosineSimilarityOptions = Pick<NormalizeOptions, 'dim' | 'eps'>

/** Where powers of lengths end in float32, above 0. */
const LEAST_POWER = 2 ** -126

/**
 * Vectors of length 1: `x / max(‖x‖ₚ, eps)`, with `‖x‖ₚ = (Σ |x|ᵖ)^(1/p)`.
 * @throws {RungsError} unless `p` is positive.
 */
export function normalize(x: Tensor, options: NormalizeOptions = {}): Tensor {
  checkOptions(options, ['p', 'dim', 'eps'], 'normalize')
  checkTensors('normalize', [x])
  const { p = 2, dim = 1, eps = 1e-12 } = options
  if (!(p > 0)) throw new RungsError(`normalize: p must be positive, got ${String(p)}`)
  return x.div(lengths(x, p, dim, eps))
}

function lengths(x: Tensor, p: number, dim: number, eps: number): Tensor {
  const kept = { keepdim: true }
  if (p === Number.POSITIVE_INFINITY) return maximum(x.abs().amax(dim, kept), eps)
  const powers = p === 2 ? x.square() : x.abs().pow(p)
  // Of zeros roots have no slope: the bound goes inside.
  return maximum(powers.sum(dim, kept), Math.max(eps ** p, LEAST_POWER)).pow(1 / p)
}

/** The cosine of the angle between vectors, `x1 · x2 / (|x1| |x2|)`; a dim goes away, others broadcast. */
export function cosineSimilarity(x1: Tensor, x2: Tensor, options: CosineSimilarityOptions = {}): Tensor {
  checkOptions(options, ['dim', 'eps'], 'cosineSimilarity')
  checkTensors('cosineSimilarity', [x1, x2])
  const { dim = 1, eps = 1e-8 } = options
  // The dim is one of both together, and each may lack it.
  const shape = broadcastShapes(x1.shape, x2.shape)
  const [first, second] = [x1, x2].map((x) => normalize(x.expand(shape), { dim, eps }))
  return first!.mul(second!).sum(dim)
}
