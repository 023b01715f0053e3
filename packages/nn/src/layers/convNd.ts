import { checkOptions, type Device, type DType, empty, type PerDim, perDim, RungsError } from '@rungs/autograd'
import { checkWidth } from '../check.ts'
import { kaimingUniform_, uniform_ } from '../init.ts'
import { Module } from '../module.ts'
import { type Parameter, parameter } from '../parameter.ts'
import { repr } from '../repr.ts'

/** What both kinds of convolution take. */
export interface ConvNdOptions {
  /** From one window to the next; 1 when left out. */
  readonly stride?: PerDim
  /** From one element of a window to the next; 1 when left out. */
  readonly dilation?: PerDim
  /** Parts of the channels that do not see one another; 1 when left out. */
  readonly groups?: number
  /** Add a bias; true when left out. */
  readonly bias?: boolean
  readonly dtype?: DType
  readonly device?: Device
}

/** How many channels come in and go out, and the size of a window. */
export type ConvArguments = readonly [inChannels: number, outChannels: number, kernelSize: PerDim]

/**
 * A weight of windows and a bias by channel. Both start uniform in ±1/√fanIn, drawn in this order from the default stream: the
 * numbers that PyTorch's layers draw. fanIn is how many numbers the weight has for each place of its first dim.
 */
export abstract class ConvNd extends Module {
  readonly inChannels: number
  readonly outChannels: number
  readonly kernelSize: readonly number[]
  readonly stride: readonly number[]
  readonly dilation: readonly number[]
  readonly groups: number
  weight: Parameter
  bias: Parameter | null

  /**
   * @param rank dims of an image.
   * @param transposed whether the weight's first dim is that of the channels that come in.
   * @param own names of the options that are the layer's alone.
   */
  constructor(
    [inChannels, outChannels, kernelSize]: ConvArguments,
    options: ConvNdOptions,
    rank: number,
    transposed: boolean,
    own: readonly string[],
  ) {
    super()
    const name = new.target.typeName
    checkOptions(options, ['stride', 'dilation', 'groups', 'bias', 'dtype', 'device', ...own], name)
    const { stride = 1, dilation = 1, groups = 1, bias = true, dtype = 'float32' } = options
    const placement = { dtype, ...(options.device && { device: options.device }) }
    this.groups = checkWidth(name, 'groups', groups)
    this.inChannels = divided(name, 'inChannels', inChannels, groups)
    this.outChannels = divided(name, 'outChannels', outChannels, groups)
    this.kernelSize = perDim(kernelSize, rank, 'kernelSize', name)
    this.stride = perDim(stride, rank, 'stride', name)
    this.dilation = perDim(dilation, rank, 'dilation', name)
    const channels = transposed ? [inChannels, outChannels / groups] : [outChannels, inChannels / groups]
    this.weight = parameter(empty([...channels, ...this.kernelSize], placement))
    this.bias = bias ? parameter(empty([outChannels], placement)) : null
    this.resetParameters()
  }

  /** Draw new values. */
  resetParameters(): void {
    // As in `Linear`.
    kaimingUniform_(this.weight, { a: Math.sqrt(5) })
    const bound = 1 / Math.sqrt(this.weight.size / this.weight.shape[0]!)
    if (this.bias !== null) uniform_(this.bias, -bound, bound)
  }

  /** As PyTorch prints it: what has its usual value is left out. */
  protected describe(padding: Padding, outputPadding: readonly number[] = [], paddingMode: string = 'zeros'): string {
    const { inChannels, outChannels, kernelSize, stride, dilation, groups, bias } = this
    const named = repr({
      kernel_size: kernelSize,
      stride,
      ...((typeof padding === 'string' || padding.some(isNot(0))) && { padding }),
      ...(dilation.some(isNot(1)) && { dilation }),
      ...(outputPadding.some(isNot(0)) && { output_padding: outputPadding }),
      ...(groups !== 1 && { groups }),
      ...(bias === null && { bias: false }),
      ...(paddingMode !== 'zeros' && { padding_mode: paddingMode }),
    })
    return `${inChannels}, ${outChannels}, ${named}`
  }
}

/** By dim, or by name. */
export type Padding = readonly number[] | 'same' | 'valid'

const isNot =
  (usual: number) =>
  (value: number): boolean =>
    value !== usual

function divided(layer: string, name: string, channels: number, groups: number): number {
  if (checkWidth(layer, name, channels) % groups === 0) return channels
  throw new RungsError(`${name} must be divisible by groups: ${layer} got ${channels} and groups=${groups}`)
}
