import { createCpuDevice } from '@rungs/ndarray'
import { expectClose, loadSeeds } from '@rungs/testing'
import { describe, expect, test } from 'vitest'
import * as t from '../src/index.ts'
import { DTypeError, ones, type Tensor, tensor } from '../src/index.ts'

const leaf = (...values: number[]): Tensor => tensor(values, { requiresGrad: true })
const int = (...values: number[]): Tensor => tensor(values, { dtype: 'int32' })
const other = createCpuDevice()

describe('bad calls', () => {
  test.each<[string, () => unknown, string]>([
    [
      'crossEntropy of float labels',
      () => t.crossEntropy(ones([2, 3]), ones([2])),
      "got float32 labels of shape (2,); where they are made, pass { dtype: 'int32' }",
    ],
    ['nllLoss of float labels', () => t.nllLoss(ones([2, 3]), ones([2])), "pass { dtype: 'int32' }"],
    [
      'crossEntropy of another batch',
      () => t.crossEntropy(ones([2, 3]), int(1, 1, 1)),
      'Expected input batch_size (2) to match target batch_size (3)',
    ],
    ['crossEntropy of a class that is not there', () => t.crossEntropy(ones([2, 3]), int(1, 3)), 'out of bounds'],
    ['crossEntropy of a negative class', () => t.crossEntropy(ones([2, 3]), int(1, -1)), 'out of bounds'],
    [
      'a reduction that is not there',
      () => t.mseLoss(ones([2]), ones([2]), { reduction: 'avg' as 'mean' }),
      'avg is not a valid value for reduction',
    ],
    [
      'bceWithLogits of two shapes',
      () => t.bceWithLogits(ones([2]), ones([3])),
      'Target size ((3,)) must be the same as input size ((2,))',
    ],
    ['pad of an odd list', () => t.pad(ones([2]), [1]), 'Padding length must be divisible by 2'],
    ['pad of a negative width', () => t.pad(ones([2]), [1, -1]), 'widths are integers of 0 or more'],
    ['tril of a vector', () => ones([2]).tril(), 'tril: input must have at least 2 dimensions'],
    ['stack of two shapes', () => t.stack([ones([2]), ones([3])]), 'stack expects each tensor to be equal size'],
    ['gather by floats', () => leaf(1, 2).gather(0, ones([1])), 'expected an integer index'],
    [
      'two devices',
      () => leaf(1).add(ones([1], { device: other })),
      'Expected all tensors to be on the same device, but found at least two devices, cpu and cpu!',
    ],
    ['at with a mask', () => leaf(1, 2).at(leaf(1, 2).gt(1)), 'maskedSelect'],
    ['mm of an array', () => ones([1, 1]).mm(ones([1, 1]).array as unknown as Tensor), 'fromArray(array)'],
    [
      'mm of what another copy made',
      () => ones([1, 1]).mm({ [Symbol.for('@rungs/made-by')]: '@rungs/autograd' } as unknown as Tensor),
      'made by another copy of @rungs/autograd',
    ],
    [
      'gather by a list',
      () => leaf(1, 2).gather(0, [0] as unknown as Tensor),
      'expected a Tensor in place 1, got an object',
    ],
    ['cat of a number', () => t.cat([leaf(1), 5 as unknown as Tensor]), 'cat: expected a Tensor in place 1, got 5'],
    ['cat of a tensor alone', () => t.cat(leaf(1) as unknown as Tensor[]), 'cat: expected a list of tensors'],
    [
      'labels in a list',
      () => t.crossEntropy(ones([1, 2]), [0] as unknown as Tensor),
      'crossEntropy: expected a Tensor',
    ],
    ['a target that is a number', () => t.mseLoss(ones([1]), 0 as unknown as Tensor), 'MseLoss: expected a Tensor'],
    ['grad of no lists', () => t.grad(leaf(1) as unknown as Tensor[], []), 'grad: expected a list of tensors'],
    [
      'backward with options in the place of the gradient',
      () =>
        leaf(1)
          .mul(2)
          .backward({ retainGraph: true } as unknown as Tensor),
      'options come second: backward(null, { retainGraph: true })',
    ],
    [
      'a gradient that is a number',
      () => {
        leaf(1).grad = 0 as unknown as Tensor
      },
      'assigned grad expected to be a Tensor or null but got grad of type: number',
    ],
    [
      'max without a dim',
      () => ones([2]).max(undefined as unknown as number),
      'max: a dim is missing; over all elements it is amax()',
    ],
    ['clamp as PyTorch takes it', () => ones([2]).clamp(0 as unknown as object), 'write clamp({ min: 0, max: 1 })'],
    ['reshape without brackets', () => ones([2]).reshape(2 as unknown as number[]), 'write [2]'],
    ['expand without brackets', () => ones([2]).expand(2 as unknown as number[]), 'write [2]'],
    ['permute without brackets', () => ones([2]).permute(0 as unknown as number[]), 'write [0]'],
    ['a device that is not there', () => ones([1]).to(undefined as unknown as 'bool'), "unknown device 'undefined'"],
    [
      'bilinear of another batch',
      () => t.bilinear(ones([2, 3]), ones([3, 4]), ones([5, 3, 4])),
      'bilinear(): input batch dimensions do not match at dim 0: got 2 and 3',
    ],
    [
      'bilinear of other features',
      () => t.bilinear(ones([2, 3]), ones([2, 4]), ones([5, 3, 3])),
      'bilinear(): input2 size does not match weight size: got 4 but expected 3',
    ],
    [
      'bilinear of other dims',
      () => t.bilinear(ones([2, 3]), ones([1, 2, 4]), ones([5, 3, 4])),
      'bilinear(): input dimensions do not match: got 2 and 3',
    ],
    ['item of two', () => leaf(1, 2).itemSync(), 'only one element tensors can be converted to Python scalars'],
  ])('%s', (_, run, text) => {
    expect(run).toThrow(text)
    expect(run).toThrow(t.RungsError)
  })

  test.each<[string, () => unknown]>([
    ['mul', () => ones([3, 3]).mul(ones([2, 3], { requiresGrad: true }))],
    ['add', () => leaf(10, 20).add(ones([2, 3]))],
    ['mm', () => ones([2, 3], { requiresGrad: true }).mm(ones([2, 3]))],
    ['linear', () => t.linear(ones([2, 4]), ones([2, 3], { requiresGrad: true }))],
    ['expand_minus1', () => leaf(1, 2, 3).expand([-1, 3, 3])],
    ['expand_write', () => ones([3]).expand([3, 3]).add_(1)],
  ])("%s throws PyTorch's text for tensors too", (name, run) => {
    expect(run).toThrow(loadSeeds().errors[name]!.replace(/^\w+: /, ''))
  })

  test('the errors of the losses are of the class that says what is wrong', () => {
    expect(() => t.crossEntropy(ones([2, 3]), ones([2]))).toThrow(DTypeError)
  })
})

describe('where derivatives have edges', () => {
  const [inf, nan] = [Number.POSITIVE_INFINITY, Number.NaN]
  test.each<[string, (x: Tensor) => Tensor, at: number[], gradient: number[]]>([
    ['abs', (x) => x.abs(), [-1, 0, 1], [-1, 0, 1]],
    ['relu of NaN', (x) => x.relu(), [-inf, 0, nan], [0, 0, 1]],
    ['clamp at its bounds', (x) => x.clamp({ min: -1, max: 1 }), [-2, -1, 1, 2], [0, 1, 1, 0]],
    ['sqrt at 0', (x) => x.sqrt(), [0, 4], [inf, 0.25]],
    ['rsqrt at 0', (x) => x.rsqrt(), [0], [-inf]],
    ['log at 0', (x) => x.log(), [0], [inf]],
    ['pow 0', (x) => x.pow(0), [0, 2], [0, 0]],
    ['pow 1', (x) => x.pow(1), [0, 2], [1, 1]],
    ['pow of a 0-d exponent 0', (x) => x.pow(tensor(0)), [0, 2], [0, 0]],
    ['0 to a power', (x) => t.pow(0, x), [0, 2], [0, 0]],
    ['maximum of equals', (x) => x.maximum(t.zeros([3])), [-1, 0, 1], [0, 0.5, 1]],
    ['amax of equals', (x) => x.amax(), [1, 3, 3], [0, 0.5, 0.5]],
    ['max of equals', (x) => x.max(0).values, [1, 3, 3], [0, 1, 0]],
    [
      'where keeps infinities of the other side out',
      (x) => t.where(x.gt(0), x.log(), t.zeros([2]).div(0)),
      [1, 2],
      [1, 0.5],
    ],
    ['maskedFill stops an infinite gradient', (x) => x.maskedFill(x.eq(0), 1).sqrt(), [0, 4], [0, 0.25]],
    ['an infinite upstream gradient does not pass where', (x) => t.where(x.gt(1), x, 0).mul(inf), [0, 2], [0, inf]],
    ['sigmoid far out', (x) => x.sigmoid(), [-200, 200], [0, 0]],
    ['softplus far out', (x) => t.softplus(x), [-200, 0, 200], [0, 0.5, 1]],
    ['silu far out', (x) => t.silu(x), [-200, 0, 200], [0, 0.5, 1]],
    [
      'bceWithLogits of logits at 0 and far out',
      (x) => t.bceWithLogits(x, ones([3]), { reduction: 'sum' }),
      [-200, 0, 200],
      [-1, -0.5, 0],
    ],
    ['elu at 0', (x) => t.elu(x), [0, 1], [1, 1]],
    ['std of equals', (x) => x.std(), [2, 2], [0, 0]],
    ['var of one', (x) => x.var(), [2], [nan]],
    ['logsumexp of -inf only', (x) => x.logsumexp(), [-inf, -inf], [0, 0]],
    ['floor', (x) => t.floor(x), [0.5, 1], [0, 0]],
    ['prod with a zero', (x) => x.prod(), [0, 2, 3], [6, 0, 0]],
    ['prod of nothing', (x) => x.slice(0, 0, 0).prod(), [1], [0]],
  ])('%s, as PyTorch', (_, fn, at, gradient) => {
    const x = leaf(...at)
    fn(x).sum().backward()
    expectClose(x.grad!.toTypedArraySync(), gradient, { relative: 1e-6 })
  })
})
