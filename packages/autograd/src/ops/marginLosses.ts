import { checkOptions, expr, formulas as f, formatShape, RungsError, ShapeError } from '@rungs/ndarray'
import { arange } from '../create.ts'
import { checkTensors } from '../operator.ts'
import type { Tensor } from '../tensor.ts'
import { where } from './elementwise.ts'
import { a, b, c, Formula, g } from './formula.ts'
import { gather } from './gather.ts'
import { checkLabelType, type LossOptions, loss, reduced } from './losses.ts'

/** Losses of what should be apart by a margin. */

const s0 = expr.scalar(0)
const NOTHING = expr.constant(0)

export interface MarginOptions extends LossOptions {
  /** How far apart. */
  readonly margin?: number
}

const slack = f.sub(s0, a)
const hinge = loss(
  Formula.withGradients(
    'HingeEmbeddingLoss',
    [
      f.mul(
        g,
        f.sub(
          expr.where(f.eq(b, -1), NOTHING, expr.constant(1)),
          expr.where(f.eq(b, 1), NOTHING, expr.where(f.ge(slack, 0), expr.constant(1), NOTHING)),
        ),
      ),
      NOTHING,
    ],
    f.add(expr.where(f.eq(b, -1), NOTHING, a), expr.where(f.eq(b, 1), NOTHING, f.max(slack, 0))),
  ),
)

/** Of distances: `input` where the target is 1, `max(0, margin - input)` where it is -1. The margin is 1 when left out. */
export function hingeEmbeddingLoss(input: Tensor, target: Tensor, options: MarginOptions = {}): Tensor {
  checkOptions(options, ['reduction', 'margin'], 'hingeEmbeddingLoss')
  return hinge([input, target], options.reduction ?? 'mean', [options.margin ?? 1])
}

const lead = f.sub(a, b)
const shortfall = f.sub(s0, f.mul(c, lead))
const wanting = (slope: typeof a): typeof a => f.mul(g, expr.where(f.ge(shortfall, 0), slope, NOTHING))
const ranking = loss(
  Formula.withGradients(
    'MarginRankingLoss',
    [wanting(f.neg(c)), wanting(c), wanting(f.neg(lead))],
    f.max(shortfall, 0),
  ),
  3,
)

/**
 * `max(0, margin - target · (input1 - input2))`: the first should rank higher where the target is 1, lower where it is -1. The
 * margin is 0 when left out.
 * @throws {ShapeError} where the inputs have different numbers of dims.
 */
export function marginRankingLoss(input1: Tensor, input2: Tensor, target: Tensor, options: MarginOptions = {}): Tensor {
  checkOptions(options, ['reduction', 'margin'], 'marginRankingLoss')
  checkTensors('marginRankingLoss', [input1, input2, target])
  if (input1.ndim !== input2.ndim || input1.ndim !== target.ndim) {
    const [first, second, third] = [input1, input2, target].map(({ shape }) => formatShape(shape))
    throw new ShapeError(
      'margin_ranking_loss : All input tensors should have same dimension but got sizes: ' +
        `input1: ${first}, input2: ${second}, target: ${third}`,
    )
  }
  return ranking([input1, input2, target], options.reduction ?? 'mean', [options.margin ?? 0])
}

export interface MultiMarginOptions extends MarginOptions {
  /** The power of each violation, 1 (the default) or 2. */
  readonly p?: 1 | 2
  /** Of each class, (C,). */
  readonly weight?: Tensor | null
}

// a: a score, b: that of the right class, c: whether this is another class.
const violation = f.add(f.sub(s0, b), a)
const violated = expr.where(f.and(c, f.gt(violation, 0)), violation, NOTHING)
const violations = Formula.derived('MultiMarginLoss', violated)
const squaredViolations = Formula.derived('MultiMarginLoss', f.square(violated))

/**
 * `Σᵢ max(0, margin - x[t] + x[i])ᵖ / C` over the classes `i` beside the right one `t`: scores (N, C) and class numbers (N,), or
 * (C,) and (). The margin is 1 when left out.
 * @throws {DTypeError} unless the target is of integers. @throws {ShapeError} where the shapes do not fit.
 * @throws {RungsError} for another power.
 */
export function multiMarginLoss(input: Tensor, target: Tensor, options: MultiMarginOptions = {}): Tensor {
  checkOptions(options, ['reduction', 'margin', 'p', 'weight'], 'multiMarginLoss')
  checkTensors('multiMarginLoss', [input, target])
  const { reduction = 'mean', margin = 1, p = 1, weight = null } = options
  if (p !== 1 && p !== 2) throw new RungsError(`multi_margin_loss: only p == 1 and p == 2 supported, got ${String(p)}`)
  checkLabelType(target, 'multiMarginLoss')
  const [rows, classes] = input.ndim === 1 ? [[], input.size] : [input.shape.slice(0, -1), input.shape.at(-1)!]
  if (input.ndim === 0 || input.ndim > 2 || formatShape(rows) !== formatShape(target.shape)) {
    throw new ShapeError(
      `multi_margin_loss: inconsistent target size, expected ${formatShape(rows)} but got ${formatShape(target.shape)}`,
    )
  }
  // Indices count from the end where they are negative; classes do not, so those become one that is not there.
  const labels = where(target.lt(0), classes, target).unsqueeze(-1)
  const others = labels.ne(arange(classes, undefined, 1, { dtype: 'int32', device: input.device }))
  const each = (p === 1 ? violations : squaredViolations).apply([input, gather(input, -1, labels), others], [margin])
  const sums = each.sum(-1).div(classes)
  return reduced(
    weight === null ? sums : sums.mul(weight.indexSelect(0, target.flatten()).reshape(target.shape)),
    reduction,
  )
}

// a: the cosine, b: 1 or -1.
const apart = f.sub(a, s0)
const angle = loss(
  Formula.withGradients(
    'CosineEmbeddingLoss',
    [
      f.mul(
        g,
        f.sub(
          expr.where(f.and(f.eq(b, -1), f.ge(apart, 0)), expr.constant(1), NOTHING),
          expr.where(f.eq(b, 1), expr.constant(1), NOTHING),
        ),
      ),
      NOTHING,
    ],
    f.add(expr.where(f.eq(b, 1), f.sub(1, a), NOTHING), expr.where(f.eq(b, -1), f.max(apart, 0), NOTHING)),
  ),
)

/**
 * `1 - cos(x1, x2)` where the target is 1, `max(0, cos(x1, x2) - margin)` where it is -1: vectors (N, D) and (N,), or (D,) and
 * (). The margin is 0 when left out.
 * @throws {ShapeError} where the shapes do not fit.
 */
export function cosineEmbeddingLoss(x1: Tensor, x2: Tensor, target: Tensor, options: MarginOptions = {}): Tensor {
  checkOptions(options, ['reduction', 'margin'], 'cosineEmbeddingLoss')
  checkTensors('cosineEmbeddingLoss', [x1, x2, target])
  if (target.ndim > 1 || x1.ndim !== target.ndim + 1 || x2.ndim !== target.ndim + 1) {
    const [first, second, third] = [x1, x2, target].map(({ shape }) => formatShape(shape))
    throw new ShapeError(
      target.ndim > 1
        ? `0D or 1D target tensor expected, multi-target not supported: cosineEmbeddingLoss got ${third}`
        : `${target.ndim}D target tensor expects ${target.ndim + 1}D input tensors, but found inputs with sizes ${first} and ` +
            `${second}.`,
    )
  }
  return angle([cosine(x1, x2), target], options.reduction ?? 'mean', [options.margin ?? 0])
}

/** PyTorch's own of this loss, which differs from `cosineSimilarity` in how short vectors count. */
function cosine(x1: Tensor, x2: Tensor): Tensor {
  const square = (x: Tensor): Tensor => x.square().sum(-1).add(1e-12)
  return x1
    .mul(x2)
    .sum(-1)
    .div(square(x1).mul(square(x2)).sqrt())
}
