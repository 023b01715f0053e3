import {
  type ContractEpilogue,
  composed,
  contract,
  formulas as f,
  NDArray,
  program,
  promoteTypes,
  type Shape,
} from '@rungs/ndarray'
import type { Context, Gradients } from '../graph.ts'
import { defineOperator } from '../operator.ts'
import type { Tensor } from '../tensor.ts'
import {
  outputByGroup,
  outputByPhase,
  overWindows,
  phasesOf,
  placesByPhase,
  weightByGroup,
  weightByPhase,
} from './convolutionViews.ts'
import { padded, type Windows } from './windows.ts'

// A convolution ties three tensors together: an input x (N, C, …), a weight w (F, C / groups, …) and an output y (N, F, …),
//   y[n, f, o] = Σ_c Σ_k w[f, c, k] · x[n, c, o · stride + k · dilation - before].
// The sum of products of any two is the third, and the gradients of each of these operations are the other two: so they have
// gradients of every order. Each is one contraction over views; nothing is copied but an image into its border of zeros.

/** What a convolution is, beside its three tensors. */
export interface Convolution {
  /** By dim behind the channels. */
  readonly windows: readonly Windows[]
  readonly groups: number
  /** For messages: what the user called. */
  readonly operation: string
}

type Operation<I extends readonly (Tensor | null)[]> = (inputs: I, convolution: Convolution) => Tensor
type Product = Operation<[Tensor, Tensor, Tensor | null]>

/** The output of an input and a weight, with a bias (F,) or null. */
export const convolve: Product = defineOperator({
  name: 'Convolution',
  forward(ctx: Context, [x, w, bias]: [Tensor, Tensor, Tensor | null], { windows, groups, operation }: Convolution) {
    ctx.save(ctx.needs(1) ? x : null, ctx.needs(0) ? w : null)
    return composed(() => {
      const y = allocate([x, w, bias], [x.shape[0]!, w.shape[0]!, ...windows.map(({ output }) => output)])
      const taps = windows.length + 1
      contract(
        operation,
        weightByGroup(w.array, groups),
        overWindows(padded(x.array, windows), windows, groups),
        { batch: 1, m: 1, n: taps, k: taps },
        adding(bias, groups, taps),
        outputByGroup(y, groups),
      )
      return y
    })
  },
  backward: (ctx, g, convolution): Gradients => [
    ctx.needs(0) ? convolveTransposed([g, ctx.saved(1), null], convolution) : null,
    ctx.needs(1) ? correlate([ctx.saved(0), g], convolution) : null,
    ctx.needs(2) ? biasGradient(g) : null,
  ],
})

/** The weight that an input and an output make: its gradient. */
const correlate: Operation<[Tensor, Tensor]> = defineOperator({
  name: 'ConvolutionWeight',
  forward(ctx: Context, [x, y]: [Tensor, Tensor], { windows, groups, operation }: Convolution) {
    ctx.save(ctx.needs(1) ? x : null, ctx.needs(0) ? y : null)
    return composed(() => {
      const w = allocate([x, y], [y.shape[1]!, x.shape[1]! / groups, ...windows.map(({ size }) => size)])
      const taps = windows.length + 1
      // Taps of all channels are the rows: there are more of them than filters, mostly, and few columns are packed sooner.
      const filtersLast = [0, ...range(2, taps + 2), 1]
      contract(
        operation,
        overWindows(padded(x.array, windows), windows, groups),
        outputByGroup(y.array, groups).permute(filtersLast),
        { batch: 1, m: taps, n: 1, k: taps },
        undefined,
        weightByGroup(w, groups).permute(filtersLast),
      )
      return w
    })
  },
  backward: (ctx, g, convolution): Gradients => [
    ctx.needs(0) ? convolveTransposed([ctx.saved(1), g, null], convolution) : null,
    ctx.needs(1) ? convolve([ctx.saved(0), g, null], convolution) : null,
  ],
})

/**
 * The input that an output and a weight make, with a bias (C,) or null. Its positions part into phases, each an ordinary
 * convolution of the output with some of the taps, and all phases are one contraction that has them among its rows (W. Shi
 * and others, Is the deconvolution layer the same as a convolutional layer?, 2016).
 */
export const convolveTransposed: Product = defineOperator({
  name: 'ConvolutionTranspose',
  forward(ctx: Context, [y, w, bias]: [Tensor, Tensor, Tensor | null], { windows, groups, operation }: Convolution) {
    ctx.save(ctx.needs(1) ? y : null, ctx.needs(0) ? w : null)
    return composed(() => {
      const phased = windows.map(phasesOf)
      const x = allocate([y, w, bias], [y.shape[0]!, w.shape[1]! * groups, ...phased.map(({ extent }) => extent)])
      if (phased.some(({ gaps }) => gaps)) fillWith(bias, x)
      const taps = windows.length + 1
      contract(
        operation,
        weightByPhase(w.array, phased, groups),
        outputByPhase(y.array, phased, groups),
        { batch: 1, m: taps, n: taps, k: taps },
        adding(bias, groups, windows.length + taps),
        placesByPhase(x, phased, groups),
      )
      return phased.reduce((part, { start, extent, windows: { input } }, dim) => {
        return extent === input ? part : part.slice(dim + 2, start, start + input)
      }, x)
    })
  },
  backward: (ctx, g, convolution): Gradients => [
    ctx.needs(0) ? convolve([g, ctx.saved(1), null], convolution) : null,
    ctx.needs(1) ? correlate([g, ctx.saved(0)], convolution) : null,
    ctx.needs(2) ? biasGradient(g) : null,
  ],
})

/** What a transposed convolution without taps gives. */
function fillWith(bias: Tensor | null, x: NDArray): void {
  if (bias === null) x.fill_(0)
  else x.copy_(besideChannels(bias, [-1], x.ndim - 2))
}

const biasGradient = (g: Tensor): Tensor => g.sum([0, ...range(2, g.ndim)])

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i)

/** Memory for a result, of the dtype that all operands have in common. */
function allocate(operands: readonly [Tensor, ...(Tensor | null)[]], shape: Shape): NDArray {
  const [{ device, dtype }, ...others] = operands
  const common = others.reduce((type, x) => (x === null ? type : promoteTypes(type, x.dtype)), dtype)
  return NDArray.allocate(device, common, shape)
}

const addBias = program(f.add(f.x0, f.x1))

/** What adds a bias to results of [groups, channels, and so many dims more]. */
const adding = (bias: Tensor | null, groups: number, more: number): ContractEpilogue | undefined =>
  bias === null ? undefined : { program: addBias, inputs: [besideChannels(bias, [groups, -1], more)] }

/** A number for each channel, broadcast over so many dims behind it. */
const besideChannels = (bias: Tensor, channels: Shape, more: number): NDArray =>
  bias.array.reshape([...channels, ...new Array<number>(more).fill(1)])
