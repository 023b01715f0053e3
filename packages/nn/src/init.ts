import {
  checkOptions,
  type Generator,
  noGrad,
  RungsError,
  randn,
  ShapeError,
  type Tensor,
  uniform,
} from '@rungs/autograd'
import { checkTensor } from './check.ts'

/** What `calculateGain` knows a gain for. */
export type Nonlinearity = 'linear' | 'conv' | 'sigmoid' | 'tanh' | 'relu' | 'leakyRelu' | 'selu'

export interface InitOptions {
  /** Whose numbers; the default stream when left out. */
  readonly generator?: Generator
}

export interface XavierOptions extends InitOptions {
  /** What the bound or standard deviation is multiplied by; 1 when left out. */
  readonly gain?: number
}

export interface KaimingOptions extends InitOptions {
  /** The negative slope of the leaky ReLU that follows; 0 when left out. */
  readonly a?: number
  /** Keep the variance of the forward pass (`fanIn`, the default) or of the backward pass. */
  readonly mode?: 'fanIn' | 'fanOut'
  /** What follows the layer; `leakyRelu` when left out. */
  readonly nonlinearity?: Nonlinearity
}

/**
 * The factor by which weights grow so that a nonlinearity keeps the variance.
 * @param slope the negative slope of `leakyRelu`; 0.01 when left out.
 * @throws {RungsError} for a nonlinearity without a known gain.
 */
export function calculateGain(nonlinearity: Nonlinearity, slope: number = 0.01): number {
  switch (nonlinearity) {
    case 'linear':
    case 'conv':
    case 'sigmoid':
      return 1
    case 'tanh':
      return 5 / 3
    case 'relu':
      return Math.sqrt(2)
    case 'leakyRelu':
      return Math.sqrt(2 / (1 + slope ** 2))
    case 'selu':
      return 3 / 4
    default:
      throw new RungsError(
        `Unsupported nonlinearity ${String(nonlinearity)}: calculateGain knows linear, conv, sigmoid, tanh, relu, ` +
          'leakyRelu and selu',
      )
  }
}

/** Fill with numbers uniform in [low, high). @throws {RungsError} for a bound that is no number. */
export function uniform_(tensor: Tensor, low: number = 0, high: number = 1, options: InitOptions = {}): Tensor {
  checkCall('uniform_', tensor, { low, high }, options)
  return fill(tensor, uniform(tensor.shape, low, high, { ...options, dtype: tensor.dtype, device: tensor.device }))
}

/** Fill with normal numbers. @throws {RungsError} for a mean or a deviation that is no number. */
export function normal_(tensor: Tensor, mean: number = 0, std: number = 1, options: InitOptions = {}): Tensor {
  checkCall('normal_', tensor, { mean, std }, options)
  const drawn = randn(tensor.shape, { ...options, dtype: tensor.dtype, device: tensor.device })
  return fill(tensor, drawn.mul_(std).add_(mean))
}

export function constant_(tensor: Tensor, value: number): Tensor {
  checkCall('constant_', tensor, { value })
  return noGrad(() => tensor.fill_(value))
}
export const ones_ = (tensor: Tensor): Tensor => constant_(tensor, 1)
export const zeros_ = (tensor: Tensor): Tensor => constant_(tensor, 0)

/**
 * Uniform in ±gain · √(6 / (fanIn + fanOut)).
 * @throws {ShapeError} below two dims.
 * @see X. Glorot and Y. Bengio, Understanding the difficulty of training deep feedforward neural networks, 2010.
 */
export function xavierUniform_(tensor: Tensor, options: XavierOptions = {}): Tensor {
  checkCall('xavierUniform_', tensor, {}, options, ['gain'])
  const { gain = 1 } = options
  const { fanIn, fanOut } = fans(tensor)
  const bound = Math.sqrt(3) * (gain * Math.sqrt(2 / (fanIn + fanOut)))
  return uniform_(tensor, -bound, bound, drawing(options))
}

/** Normal with standard deviation gain · √(2 / (fanIn + fanOut)). See `xavierUniform_`. */
export function xavierNormal_(tensor: Tensor, options: XavierOptions = {}): Tensor {
  checkCall('xavierNormal_', tensor, {}, options, ['gain'])
  const { gain = 1 } = options
  const { fanIn, fanOut } = fans(tensor)
  return normal_(tensor, 0, gain * Math.sqrt(2 / (fanIn + fanOut)), drawing(options))
}

/** What of the options says how numbers are drawn. */
const drawing = ({ generator }: InitOptions): InitOptions => (generator === undefined ? {} : { generator })

/**
 * Uniform in ±gain · √(3 / fan).
 * @throws {ShapeError} below two dims.
 * @see K. He and others, Delving deep into rectifiers, 2015.
 */
export function kaimingUniform_(tensor: Tensor, options: KaimingOptions = {}): Tensor {
  checkCall('kaimingUniform_', tensor, {}, options, KAIMING)
  const bound = Math.sqrt(3) * kaimingStd(tensor, options)
  return uniform_(tensor, -bound, bound, drawing(options))
}

/** Normal with standard deviation gain / √fan. See `kaimingUniform_`. */
export function kaimingNormal_(tensor: Tensor, options: KaimingOptions = {}): Tensor {
  checkCall('kaimingNormal_', tensor, {}, options, KAIMING)
  return normal_(tensor, 0, kaimingStd(tensor, options), drawing(options))
}

const KAIMING = ['a', 'mode', 'nonlinearity']

function kaimingStd(tensor: Tensor, { a = 0, mode = 'fanIn', nonlinearity = 'leakyRelu' }: KaimingOptions): number {
  const found = fans(tensor)
  if (!Object.hasOwn(found, mode))
    throw new RungsError(`Mode ${String(mode)} not supported, please use one of fanIn, fanOut`)
  return calculateGain(nonlinearity, a) / Math.sqrt(found[mode])
}

/** How many inputs reach one output, and how many outputs one input: dims past the second are a kernel's window. */
function fans({ shape }: Tensor): { readonly fanIn: number; readonly fanOut: number } {
  const [outputs, inputs, ...window] = shape
  if (outputs === undefined || inputs === undefined) {
    throw new ShapeError(
      `Fan in and fan out can not be computed for tensor with fewer than 2 dimensions: the shape is [${shape.join(', ')}]`,
    )
  }
  const area = window.reduce((product, size) => product * size, 1)
  return { fanIn: inputs * area, fanOut: outputs * area }
}

const fill = (tensor: Tensor, values: Tensor): Tensor => noGrad(() => tensor.copy_(values))

/** @throws {RungsError} for what is no tensor, for arguments that are no numbers, and for an option that is not there. */
function checkCall(
  name: string,
  tensor: Tensor,
  numbers: Readonly<Record<string, number>>,
  options: InitOptions = {},
  own: readonly string[] = [],
): void {
  checkTensor(tensor, name, 'what is filled')
  for (const [argument, value] of Object.entries(numbers)) {
    if (typeof value === 'number') continue
    const call = `${name}(tensor, ${Object.keys(numbers).join(', ')})`
    throw new RungsError(`${call}: ${argument} must be a number, got ${typeof value}`)
  }
  checkOptions(options, ['generator', ...own], name)
}
