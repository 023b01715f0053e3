import { type CreateOptions, placement } from './create.ts'
import type { Device } from './device.ts'
import { type DType, isFloat } from './dtype.ts'
import { DTypeError } from './errors.ts'
import { convertHost } from './host.ts'
import { NDArray } from './ndarray.ts'
import type { FloatDType, Generator } from './random/generator.ts'
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
  /** Whose numbers; the default stream when left out. */
  readonly generator?: Generator
}

/** Standard normal numbers: mean 0, standard deviation 1. */
export function randn(shape: Shape, options: SampleOptions = {}): NDArray {
  const { dtype, device } = floatPlacement(options, 'randn')
  return draw(shape, device, dtype, 'randn', (size) => generatorOf(options).normal(size, dtype))
}

/** Numbers uniform in [0, 1). */
export function rand(shape: Shape, options: SampleOptions = {}): NDArray {
  return uniform(shape, 0, 1, options)
}

/** Numbers uniform in [low, high). */
export function uniform(shape: Shape, low: number, high: number, options: SampleOptions = {}): NDArray {
  const { dtype, device } = floatPlacement(options, 'rand')
  return draw(shape, device, dtype, 'rand', (size) => generatorOf(options).uniform(size, dtype, low, high))
}

/** Integers from `low` to before `high`, int32 unless asked otherwise. */
export function randint(low: number, high: number, shape: Shape, options: SampleOptions = {}): NDArray {
  const { dtype, device } = placement(options, 'randint', { dtype: 'int32' })
  return draw(shape, device, dtype, 'randint', (size) => generatorOf(options).integers(size, low, high))
}

/** The integers from 0 to before `count`, shuffled. */
export function randperm(count: number, options: SampleOptions = {}): NDArray {
  const { dtype, device } = placement(options, 'randperm', { dtype: 'int32' })
  return draw([count], device, dtype, 'randperm', (size) => generatorOf(options).permutation(size))
}

const generatorOf = ({ generator = current }: SampleOptions): Generator => generator

function floatPlacement(options: SampleOptions, operation: string): { dtype: FloatDType; device: Device } {
  const { dtype, device } = placement(options, operation)
  if (!isFloat(dtype))
    throw new DTypeError(`"${operation}" is not defined for ${dtype}; draw float32 and cast with x.to('${dtype}')`)
  return { dtype: dtype as FloatDType, device }
}

function draw(
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
