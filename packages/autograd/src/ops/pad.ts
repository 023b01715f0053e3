import * as nd from '@rungs/ndarray'
import type { Context } from '../graph.ts'
import { checkTensors, defineOperator } from '../operator.ts'
import { Tensor } from '../tensor.ts'
import { indexSelect } from './gather.ts'

/** What stands around: a number, the mirror image without the edge, the edge, or the other end. */
export type PadMode = 'constant' | 'reflect' | 'replicate' | 'circular'

export interface PadOptions {
  /** 'constant' when left out. */
  readonly mode?: PadMode
  /** The number of 'constant'; 0 when left out. */
  readonly value?: number
}

const padOperator = defineOperator({
  name: 'ConstantPadNd',
  forward: (_: Context, [x]: [Tensor], widths: readonly number[], value: number) => nd.pad(x.array, widths, { value }),
  backward(ctx, g, widths) {
    let middle = g
    ctx.shapeOf(0).forEach((size, dim) => {
      const [start] = widthsOf(widths, g.ndim, dim)
      middle = middle.slice(dim, start, start + size)
    })
    return [middle]
  },
})

/** Widths are listed as PyTorch does: two for each dim, the last dim first. */
function widthsOf(widths: readonly number[], ndim: number, dim: number): [before: number, after: number] {
  const at = 2 * (ndim - 1 - dim)
  return [widths[at] ?? 0, widths[at + 1] ?? 0]
}

/** NumPy's names, which arrays know. */
const modes = { reflect: 'reflect', replicate: 'edge', circular: 'wrap' } as const

/**
 * A copy with positions added around it: `[left, right]` for the last dim, `[left, right, top, bottom]` for the last two …
 * @throws {ShapeError} for widths that are negative, odd in number, or more than the dims take.
 * @throws {RungsError} for a mode that is not there.
 */
export function pad(x: Tensor, widths: readonly number[], options: PadOptions = {}): Tensor {
  checkTensors('pad', [x])
  nd.checkOptions(options, ['mode', 'value'], 'pad')
  const { mode = 'constant', value = 0 } = options
  if (mode === 'constant') return padOperator([x], widths, value)
  if (!Object.hasOwn(modes, mode)) {
    throw new nd.RungsError(
      `Unrecognised padding mode ${String(mode)}: pad knows constant, ${Object.keys(modes).join(', ')}`,
    )
  }
  nd.checkPadWidths(x.shape, widths)
  return x.shape.reduce<Tensor>((part, size, dim) => {
    const [before, after] = widthsOf(widths, x.ndim, dim)
    if (before === 0 && after === 0) return part
    const positions = nd.arange(0, size, 1, { dtype: 'int32', device: x.device })
    return indexSelect(part, dim, new Tensor(nd.pad(positions, [before, after], { mode: modes[mode] })))
  }, x)
}
