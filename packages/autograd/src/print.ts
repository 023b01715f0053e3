import { cpu, type FormatOptions, format, formatShape, type TypedArray } from '@rungs/ndarray'
import type { Tensor } from './tensor.ts'

/** What stands behind the values: where the tensor is, and where it came from or that it wants a gradient. */
function suffixesOf({ device, gradFn, requiresGrad }: Tensor): string[] {
  const suffixes = device === cpu ? [] : [`device='${device.name}'`]
  if (gradFn !== null) suffixes.push(`grad_fn=<${gradFn.name}>`)
  else if (requiresGrad) suffixes.push('requires_grad=True')
  return suffixes
}

/** The tensor as PyTorch prints it. */
export const print = (x: Tensor, values: TypedArray, options?: FormatOptions): string =>
  format(values, x.shape, x.dtype, { prefix: 'tensor', suffixes: suffixesOf(x) }, options)

/** For a device that cannot be read at once: what the tensor is and how to see it. */
export const describe = (x: Tensor): string =>
  `tensor(shape=${formatShape(x.shape)}, dtype=${x.dtype}, ${[`device=${x.device.name}`, ...suffixesOf(x).slice(1)].join(', ')}; ` +
  'await x.format() shows values)'
