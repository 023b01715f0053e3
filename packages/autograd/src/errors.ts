import { RungsError } from '@rungs/ndarray'

/** A gradient that cannot be computed, or a change in place that would make one wrong. */
export class AutogradError extends RungsError {
  override readonly name = 'AutogradError'
}
