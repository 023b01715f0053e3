import {
  empty,
  expr,
  formulas as f,
  noGrad,
  program,
  RungsError,
  stack,
  Tensor,
  updateInPlace,
  zeros,
} from '@rungs/autograd'
import { withDefaults } from './check.ts'

export interface ClipGradNormOptions {
  /** Which norm: any number but 0, infinities included; 2 when left out. */
  readonly normType?: number
  /** Refuse to clip where the norm is NaN or infinite, which has to read it; false when left out. */
  readonly errorIfNonfinite?: boolean
}

type Given = Tensor | Iterable<Tensor>

const defaults = { normType: 2, errorIfNonfinite: false }

/**
 * Scale the gradients so that their norm, taken together as one vector, is at most `maxNorm`:
 * `grad *= min(1, maxNorm / (norm + 1e-6))`.
 * @returns the norm before, a 0-d tensor; with `errorIfNonfinite` a promise of it.
 * @throws {RungsError} for numbers that cannot be; with `errorIfNonfinite`, for a norm that is not finite, before scaling.
 * @see R. Pascanu, T. Mikolov and Y. Bengio, On the difficulty of training recurrent neural networks, 2013.
 */
export function clipGradNorm_(
  parameters: Given,
  maxNorm: number,
  options?: ClipGradNormOptions & { readonly errorIfNonfinite?: false },
): Tensor
export function clipGradNorm_(
  parameters: Given,
  maxNorm: number,
  options: ClipGradNormOptions & { readonly errorIfNonfinite: true },
): Promise<Tensor>
export function clipGradNorm_(
  parameters: Given,
  maxNorm: number,
  options: ClipGradNormOptions = {},
): Tensor | Promise<Tensor> {
  const { normType, errorIfNonfinite } = withDefaults('clipGradNorm_', options, defaults)
  checkBound('maxNorm', maxNorm)
  if (typeof normType !== 'number' || Number.isNaN(normType) || normType === 0) {
    throw new RungsError(`clipGradNorm_: normType must be a number other than 0, got ${String(normType)}`)
  }
  const gradients = gradientsOf('clipGradNorm_', parameters)
  if (gradients.length === 0) return errorIfNonfinite ? Promise.resolve(zeros([])) : zeros([])
  const total = noGrad(() => totalNorm(gradients, normType))
  if (!errorIfNonfinite) return scale(gradients, total, maxNorm)
  return total.item().then((norm) => {
    if (Number.isFinite(norm)) return scale(gradients, total, maxNorm)
    throw new RungsError(
      `The total norm of order ${normType} for gradients from \`parameters\` is non-finite, so it cannot be clipped. To disable this ` +
        'error and scale the gradients by the non-finite norm anyway, set `error_if_nonfinite=False`: leave errorIfNonfinite out',
    )
  })
}

/** Bring every element of the gradients into [-clipValue, clipValue]. @throws {RungsError} for a bound that is negative. */
export function clipGradValue_(parameters: Given, clipValue: number): void {
  checkBound('clipValue', clipValue)
  noGrad(() => {
    for (const gradient of gradientsOf('clipGradValue_', parameters))
      gradient.clamp_({ min: -clipValue, max: clipValue })
  })
}

/** `(Σ |g|^p)^(1/p)` over the elements of all gradients; the largest magnitude, or the smallest, where p is infinite. */
function totalNorm(gradients: readonly Tensor[], p: number): Tensor {
  const { device, dtype } = gradients[0]!
  const together = (part: (gradient: Tensor) => Tensor): Tensor =>
    stack(gradients.map((gradient) => part(gradient.flatten()).to(device).to(dtype)))
  if (p === Number.POSITIVE_INFINITY) return together((g) => g.abs().amax()).amax()
  if (p === Number.NEGATIVE_INFINITY) return together((g) => g.abs().amin()).amin()
  if (p === 2)
    return together((g) => g.dot(g))
      .sum()
      .sqrt()
  if (p === 1) return together((g) => g.abs().sum()).sum()
  return together((g) => g.abs().pow(p).sum())
    .sum()
    .pow(1 / p)
}

const coefficient = program(f.min(1, f.div(expr.scalar(0), f.add(f.x0, 1e-6))))

function scale(gradients: readonly Tensor[], total: Tensor, maxNorm: number): Tensor {
  return noGrad(() => {
    const factor = empty([], { device: total.device, dtype: total.dtype })
    updateInPlace('clipGradNorm_', coefficient, [factor], [total], [maxNorm])
    for (const gradient of gradients) gradient.mul_(factor.to(gradient.device))
    return total
  })
}

function gradientsOf(owner: string, parameters: Given): Tensor[] {
  const params = parameters instanceof Tensor ? [parameters] : [...parameters]
  return params.flatMap((param, i) => {
    if (!(param instanceof Tensor)) throw new RungsError(`${owner}: parameter ${i} is not a Tensor: ${String(param)}`)
    return param.grad === null || param.grad.size === 0 ? [] : [param.grad]
  })
}

function checkBound(name: string, value: number): void {
  if (typeof value === 'number' && value >= 0) return
  throw new RungsError(`${name} must be a number of at least 0, got ${String(value)}`)
}
