import type { GoldenCurve } from './golden.ts'
import { isClose, ToleranceError } from './tolerance.ts'

export type CurveKind = 'float32' | 'float64' | 'dynamic'

interface Band {
  /** The last step that the band covers. */
  readonly until: number
  readonly relative: number
}

/** float32 training drifts chaotically: rounding that differs in one sum is visible after fifty steps. */
const bands: { readonly [K in CurveKind]: readonly Band[] } = {
  float64: [{ until: 99, relative: 1e-9 }],
  float32: [
    { until: 49, relative: 1e-5 },
    { until: 99, relative: 1e-4 },
    { until: 199, relative: 1e-3 },
  ],
  dynamic: [
    { until: 49, relative: 1e-5 },
    { until: 99, relative: 1e-3 },
    { until: 399, relative: 2e-2 },
  ],
}

/**
 * Compares the losses of a training run, one a step, with PyTorch's as far as the run went.
 *
 * Within the bands a loss must be close. Past them the order of magnitude must agree (a factor of ten) and the losses
 * at the golden steps must fall where the golden ones do; a dynamic network is not monotone, and has only to end below 2.
 *
 * @throws {ToleranceError} with the step and both losses.
 */
export function expectCurve(losses: ArrayLike<number>, golden: GoldenCurve, kind: CurveKind): void {
  let previous: { readonly step: number; readonly got: number; readonly want: number } | undefined
  for (const [step, want] of goldenSteps(golden)) {
    if (step >= losses.length) break
    const got = losses[step]!
    const band = bands[kind].find(({ until }) => step <= until)
    if (band) {
      if (!isClose(got, want, band)) fail(step, got, want, `within a relative ${band.relative}`)
    } else if (kind !== 'dynamic') {
      if (!(got <= want * 10 && got >= want / 10)) fail(step, got, want, 'of the same order of magnitude')
      if (previous && want < previous.want && !(got < previous.got)) {
        fail(step, got, want, `below ${previous.got}, the loss of step ${previous.step}`)
      }
    }
    previous = { step, got, want }
  }
  const last = losses.length - 1
  if (kind === 'dynamic' && last > 399 && !(losses[last]! < 2)) fail(last, losses[last]!, golden.at[last], 'below 2')
}

function goldenSteps(golden: GoldenCurve): (readonly [step: number, loss: number])[] {
  const byStep = new Map(golden.first5.map((loss, step) => [step, loss]))
  for (const [step, loss] of Object.entries(golden.at)) byStep.set(Number(step), loss)
  return [...byStep].sort(([a], [b]) => a - b)
}

function fail(step: number, got: number, want: number | undefined, rule: string): never {
  throw new ToleranceError(`the loss of step ${step} is ${got}, PyTorch's ${want}; it should be ${rule}`)
}
