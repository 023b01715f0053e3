import { type CreateOptions, placement } from './create.ts'
import type { Device } from './device.ts'
import { type DType, dtypes, isFloat } from './dtype.ts'
import { DeviceError, DTypeError, RungsError, ShapeError } from './errors.ts'
import { indexSelect } from './gather.ts'
import { convertHost } from './host.ts'
import { NDArray } from './ndarray.ts'
import type { FloatDType, Generator } from './random/generator.ts'
import { aboutToDraw } from './random/observeDraws.ts'
import type { PhiloxGenerator } from './random/philoxRng.ts'
import { checkInterval } from './random/source.ts'
import { torchRng } from './random/torch.ts'
import { checkShape, type Shape } from './shape.ts'

let current: Generator = /* @__PURE__ */ torchRng(0)

/** Start the default stream afresh: the numbers PyTorch draws on the CPU after `torch.manual_seed(seed)`. */
export function manualSeed(seed: number): Generator {
  current = torchRng(seed)
  return current
}

/** What draws from when nothing else is given: the stream of the last `manualSeed`, as `torch.default_generator`. */
export const defaultGenerator = (): Generator => current

export interface SampleOptions extends CreateOptions {
  /** Whose numbers; the default stream when left out. `philoxRng` fills arrays where they live. */
  readonly generator?: Generator | PhiloxGenerator
}

/** For what is drawn number by number on the host. */
export interface HostSampleOptions extends CreateOptions {
  /** Whose numbers; the default stream when left out. */
  readonly generator?: Generator
}

/** Standard normal numbers: mean 0, standard deviation 1. */
export const randn = (shape: Shape, options: SampleOptions = {}): NDArray => normalOf('randn', shape, 0, 1, options)

/** Normal numbers of a mean and a standard deviation of 0 or more. */
export function normal(shape: Shape, mean = 0, std = 1, options: SampleOptions = {}): NDArray {
  if (std >= 0) return normalOf('normal', shape, mean, std, options)
  throw new RungsError(`normal expects std >= 0.0, but found std ${std}`)
}

function normalOf(operation: string, shape: Shape, mean: number, std: number, options: SampleOptions): NDArray {
  const { dtype, device, generator } = floatPlacement(options, operation)
  if (isPhilox(generator)) return shifted(generator.normal(shape, dtype), std, mean)
  return draw(shape, device, dtype, operation, (size) => {
    // PyTorch rounds normals to float32 before they are scaled where it makes sixteen of them at once.
    if (generator.stream === 'torch' && size >= 16 && dtype === 'float32') {
      const [scale, center] = [Math.fround(std), Math.fround(mean)]
      return generator.normal(size, dtype).map((z) => z * scale + center)
    }
    return generator.normal(size, 'float64').map((z) => z * std + mean)
  })
}

/** Numbers uniform in [0, 1). */
export function rand(shape: Shape, options: SampleOptions = {}): NDArray {
  return uniform(shape, 0, 1, options)
}

/** Numbers uniform in [low, high). */
export function uniform(shape: Shape, low: number, high: number, options: SampleOptions = {}): NDArray {
  const { dtype, device, generator } = floatPlacement(options, 'rand')
  if (!isPhilox(generator)) {
    return draw(shape, device, dtype, 'rand', (size) => generator.uniform(size, dtype, low, high))
  }
  checkInterval(low, high)
  return shifted(generator.uniform(shape, dtype), high - low, low)
}

/** `x · scale + offset` in place, in two kernels: in one, a device might leave out the rounding between. */
export function shifted(x: NDArray, scale: number, offset: number): NDArray {
  if (scale !== 1) x.mul_(scale)
  return offset === 0 ? x : x.add_(offset)
}

/**
 * Integers from `low` to before `high`, int32 unless asked otherwise.
 * @throws {RungsError} unless `low` < `high`, and every value fits int32 and the dtype.
 */
export function randint(low: number, high: number, shape: Shape, options: SampleOptions = {}): NDArray {
  const { dtype, device, generator } = placed(options, 'randint', { dtype: 'int32' })
  const { min, max } = dtypes[dtype]
  const culprit = low < min || low > max ? 'from' : high - 1 > max && 'to - 1'
  if (culprit) {
    throw new RungsError(
      `${culprit} is out of bounds for ${dtype}, ${min} to ${max}: randint(${low}, ${high}); pass another dtype`,
    )
  }
  if (isPhilox(generator)) return generator.integers(shape, low, high).to(dtype)
  return draw(shape, device, dtype, 'randint', (size) => generator.integers(size, low, high))
}

/** The integers from 0 to before `count`, shuffled. */
export function randperm(count: number, options: SampleOptions = {}): NDArray {
  const { dtype, device, generator } = placed(options, 'randperm', { dtype: 'int32' })
  if (isPhilox(generator)) return generator.permutation(count).to(dtype)
  return draw([count], device, dtype, 'randperm', (size) => generator.permutation(size))
}

/** A number's integers, or an array's rows, in random order: as NumPy's `permutation`, and PyTorch's `x[randperm(n)]`. */
export function permutation(source: NDArray | number, options: SampleOptions = {}): NDArray {
  if (typeof source === 'number') return randperm(source, options)
  const [rows] = source.shape
  if (rows === undefined) throw new ShapeError('permutation: a 0-d array has no rows; pass a number or an array')
  const { generator = current } = options
  return indexSelect(source, 0, randperm(rows, { generator, device: source.device }))
}

/** Put an array's rows in random order, in place. */
export const shuffle_ = (x: NDArray, options: SampleOptions = {}): NDArray => x.copy_(permutation(x, options))

/** Where a draw goes, and whose numbers it takes. */
export function placed(
  options: SampleOptions,
  operation: string,
  defaults: CreateOptions = {},
): { dtype: DType; device: Device; generator: Generator | PhiloxGenerator } {
  const { generator = current } = options
  const home = isPhilox(generator) ? { device: generator.device } : {}
  const { dtype, device } = placement(options, operation, { ...defaults, ...home })
  if (isPhilox(generator) && generator.device !== device) {
    throw new DeviceError(
      `${operation}: this generator draws on ${generator.device.name}, not on ${device.name}; make one with ` +
        'philoxRng(seed, { device })',
    )
  }
  aboutToDraw(generator)
  return { dtype, device, generator }
}

export function floatPlacement(
  options: SampleOptions,
  operation: string,
): { dtype: FloatDType; device: Device; generator: Generator | PhiloxGenerator } {
  const { dtype, ...where } = placed(options, operation)
  if (!isFloat(dtype))
    throw new DTypeError(`"${operation}" is not defined for ${dtype}; draw float32 and cast with x.to('${dtype}')`)
  return { dtype: dtype as FloatDType, ...where }
}

export const isPhilox = (generator: Generator | PhiloxGenerator): generator is PhiloxGenerator =>
  generator.stream === 'philox'

/** @throws {RungsError} for a generator that fills arrays and gives no single numbers. */
export function hostGenerator({ generator = current }: SampleOptions, operation: string): Generator {
  if (!isPhilox(generator)) {
    aboutToDraw(generator)
    return generator
  }
  throw new RungsError(
    `${operation}: is drawn number by number on the host; take torchRng(seed), numpyRng(seed) or pythonRng(seed)`,
  )
}

export function draw(
  shape: Shape,
  device: Device,
  dtype: DType,
  operation: string,
  sample: (size: number) => ArrayLike<number>,
): NDArray {
  const out = NDArray.allocate(device, dtype, checkShape(shape, operation))
  if (out.size > 0) device.write(out.storage, 0, convertHost(sample(out.size), dtype))
  return out
}
