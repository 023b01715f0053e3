import { lt } from './elementwise.ts'
import { RungsError } from './errors.ts'
import { NDArray } from './ndarray.ts'
import { nextGamma } from './random/gamma.ts'
import { checkProbability } from './random/philoxRng.ts'
import {
  draw,
  floatPlacement,
  type HostSampleOptions,
  hostGenerator,
  isPhilox,
  placed,
  rand,
  type SampleOptions,
  shifted,
} from './sample.ts'
import type { Shape } from './shape.ts'
import { tidy } from './tidy.ts'

/**
 * 1 with probability `p`, else 0; float32 unless asked otherwise. With an array, each element has its own probability.
 *
 * PyTorch's `bernoulli_`, as it is where MKL does not draw; `torch.bernoulli` of an array.
 * @throws {RungsError} for probabilities outside [0, 1]; of an array on a device other than `cpu` nobody looks.
 * @throws {ShapeError} for an array that does not broadcast to the shape.
 */
export function bernoulli(shape: Shape, p: number | NDArray, options: SampleOptions = {}): NDArray {
  const { dtype, device, generator } = placed(options, 'bernoulli')
  if (p instanceof NDArray) {
    if (!p.device.ownsMemory) p.toTypedArraySync().forEach(checkProbability)
    return tidy(() => {
      const drawn = { dtype: p.dtype, device, generator }
      floatPlacement(drawn, 'bernoulli')
      return lt(rand(shape, drawn), p.expand(shape)).to(dtype)
    })
  }
  if (isPhilox(generator)) return generator.flags(shape, p).to(dtype)
  checkProbability(p)
  return draw(shape, device, dtype, 'bernoulli', (size) =>
    Uint8Array.from({ length: size }, () => (generator.random() < p ? 1 : 0)),
  )
}

/** `rate · exp(-rate · x)` for x of 0 or more: waiting times of mean `1 / rate`. */
export function exponential(shape: Shape, rate = 1, options: SampleOptions = {}): NDArray {
  const { dtype, device, generator } = floatPlacement(options, 'exponential')
  if (!(rate > 0)) throw new RungsError(`exponential_ expects lambda > 0.0, but found lambda=${rate}`)
  if (isPhilox(generator)) return shifted(generator.exponential(shape, dtype), 1 / rate, 0)
  return draw(shape, device, dtype, 'exponential', (size) =>
    Float64Array.from({ length: size }, () => (-1 / rate) * Math.log1p(-generator.random())),
  )
}

/**
 * `x^(k-1) · exp(-rate · x)` up to a factor, for concentrations k of 0 or more; with an array, each element has its own. The
 * numbers are those of PyTorch's `Gamma(k, rate).sample()`; `numpyRng` and `pythonRng` give the distribution, and not what
 * NumPy's and Python's functions draw, whose methods are others.
 * @throws {DeviceError} for concentrations on a device that cannot be read at once.
 */
export function gamma(
  shape: Shape,
  concentration: number | NDArray,
  rate = 1,
  options: HostSampleOptions = {},
): NDArray {
  const { dtype, device } = floatPlacement(options, 'gamma')
  const generator = hostGenerator(options, 'gamma')
  if (!(rate > 0)) throw new RungsError(`gamma expects rate > 0, got ${rate}`)
  const each = concentration instanceof NDArray ? concentration.expand(shape).toTypedArraySync() : null
  const [smallest, round] = dtype === 'float32' ? [2 ** -126, Math.fround] : [2 ** -1022, (x: number) => x]
  return draw(shape, device, dtype, 'gamma', (size) =>
    Float64Array.from({ length: size }, (_, i) => {
      const k = each === null ? (concentration as number) : each[i]!
      if (!(k >= 0)) throw new RungsError(`gamma expects concentrations of 0 or more, got ${k}`)
      return Math.max(smallest, nextGamma(generator, k, round)) / rate
    }),
  )
}
