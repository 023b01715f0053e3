import type { Generator } from './generator.ts'

const f = Math.fround

/**
 * One number of the gamma distribution with scale 1, as PyTorch draws it: constants are float32, and `round` makes numbers of the
 * array's dtype of what is worked out from the concentration.
 *
 * Source: G. Marsaglia and W. W. Tsang, "A simple method for generating gamma variables", ACM TOMS 26 (2000); below a
 * concentration of 1, its section 6.
 */
export function nextGamma(generator: Generator, concentration: number, round: (x: number) => number): number {
  if (concentration === 0) return 0
  let [alpha, scale] = [round(concentration), 1]
  if (alpha < 1) {
    scale = (1 - generator.random()) ** round(1 / alpha)
    alpha = round(alpha + 1)
  }
  const d = round(alpha - f(1 / 3))
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    let x: number
    let y: number
    do {
      x = generator.gauss()
      y = 1 + c * x
    } while (y <= 0)
    const v = y * y * y
    const u = 1 - generator.random()
    const xx = x * x
    if (u < 1 - f(0.0331) * xx * xx || Math.log(u) < 0.5 * xx + d * (1 - v + Math.log(v))) return scale * d * v
  }
}
