import { type CurveKind, expectCurve, type GoldenCurve } from '@rungs/testing'
import { expect } from 'vitest'

/** Losses by step, with the digits in which they are known. */
export type Known = Readonly<Record<number, string>>

/** Half a unit of the last digit, and a little for numbers that were cut and not rounded. */
function lastDigit(text: string): number {
  const [digits, exponent = '0'] = text.split('e') as [string, string?]
  return 0.6 * 10 ** (Number(exponent) - (digits.split('.')[1] ?? '').length)
}

/**
 * As `expectCurve`; and PyTorch's run, so far as it is near enough to compare digits this one too, has the losses of `known`.
 */
export function expectKnown(losses: readonly number[], golden: GoldenCurve, kind: CurveKind, known: Known): void {
  expectCurve(losses, golden, kind)
  for (const [key, text] of Object.entries(known)) {
    const [step, value] = [Number(key), Number(text)]
    const original = golden.at[step] ?? golden.first5[step] ?? Number.NaN
    expect(Math.abs(original - value), `PyTorch's step ${step}`).toBeLessThanOrEqual(lastDigit(text))
    if (step > 99) continue
    const drift = value * (kind === 'float64' ? 1e-9 : step < 50 ? 1e-5 : kind === 'dynamic' ? 1e-3 : 1e-4)
    expect(Math.abs(losses[step]! - value), `step ${step}`).toBeLessThanOrEqual(lastDigit(text) + drift)
  }
}
