import type { View } from './device.ts'

/** `stride · i` for i from 0 to `most`. */
interface Term {
  readonly stride: number
  readonly most: number
}

/**
 * Whether two views have an element in common; exact, so two halves of the columns of a matrix share nothing.
 *
 * Elements are common where a sum of terms `stride · i`, one a dim of each view, equals the distance of their ends: what
 * one dim leaves must be a multiple of the common divisor of the smaller strides, and within their reach (after NumPy's
 * `shares_memory`).
 */
export function sharesMemory(a: View, b: View): boolean {
  if (a.storage !== b.storage || a.shape.includes(0) || b.shape.includes(0)) return false
  const first = ends(a)
  const second = ends(b)
  // Elements of b counted down from its last one: then all terms are positive.
  const distance = second.high - first.low
  const terms = [...first.terms, ...second.terms].sort((x, y) => y.stride - x.stride)
  return reaches(terms, distance)
}

/** The lowest and the highest element of a view, and its dims with strides made positive. */
function ends({ shape, strides, offset }: View): { low: number; high: number; terms: Term[] } {
  let [low, high] = [offset, offset]
  const terms: Term[] = []
  shape.forEach((size, dim) => {
    const stride = strides[dim]!
    if (size === 1 || stride === 0) return
    if (stride < 0) low += (size - 1) * stride
    else high += (size - 1) * stride
    terms.push({ stride: Math.abs(stride), most: size - 1 })
  })
  return { low, high, terms }
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b))

/** Whether terms, the largest stride first, can sum to `target`. */
function reaches(terms: readonly Term[], target: number): boolean {
  const [term, ...rest] = terms
  if (target === 0) return true
  if (term === undefined || target < 0) return false
  const reach = rest.reduce((sum, { stride, most }) => sum + stride * most, 0)
  const divisor = rest.reduce((d, { stride }) => gcd(d, stride), 0)
  const most = Math.min(term.most, Math.floor(target / term.stride))
  const least = Math.max(0, Math.ceil((target - reach) / term.stride))
  for (let i = most; i >= least; i--) {
    const left = target - i * term.stride
    if (divisor === 0 ? left === 0 : left % divisor === 0 && reaches(rest, left)) return true
  }
  return false
}
