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
    [
      'crossEntropy of a class that is not there',
      () => t.crossEntropy(ones([2, 3]), int(1, 3)),
      'Target 3 is out of bounds. crossEntropy of 3 classes takes labels from 0 to 2, and -100 for what does not count',
    ],
    ['tensor of a tensor', () => t.tensor(ones([2]) as never), 'x.clone() copies one'],
    [
      'backward with an option of Python',
      () =>
        ones([], { requiresGrad: true })
          .mul(2)
          .backward(null, { retain_graph: true } as object),
      "backward() got an unexpected keyword argument 'retain_graph'; write retainGraph",
    ],
    [
      'grad with an option of Python',
      () => t.grad([ones([])], [], { allow_unused: true } as object),
      "grad() got an unexpected keyword argument 'allow_unused'; write allowUnused",
    ],
    [
      'checkpoint of what is no function',
      () => t.checkpoint({ forward: () => {} } as never, ones([2])),
      'checkpoint: expected a function, got [object Object]; of a module it is checkpoint((x) => module.forward(x), x)',
    ],
    ['tidy of what is no function', () => t.tidy(1 as never), 'tidy: expected a function, got 1'],
    [
      'graphToDot with another option',
      () => t.graphToDot(ones([], { requiresGrad: true }).mul(2), { name: {} } as object),
      "graphToDot() got an unexpected keyword argument 'name'; there are { names }",
    ],
    [
      'mseLoss with another reduction',
      () => t.mseLoss(ones([2]), ones([2]), { reduction: 'avg' as 'mean' }),
      "avg is not a valid value for reduction: mseLoss takes 'mean', 'sum' or 'none'",
    ],
    ['stack of no list', () => t.stack(ones([2]) as never), 'stack: expected a list of tensors'],
    [
      'nllLoss of a negative class',
      () => t.nllLoss(ones([2, 3]), int(-100, -1)),
      'Target -1 is out of bounds. nllLoss of 3 classes takes labels from 0 to 2, and -100 for what does not count',
    ],
    [
      'embedding of a row that is not there',
      () => t.embedding(int(1, 3), ones([3, 2])),
      'index 3 is out of bounds for dimension with size 3: embedding',
    ],
    [
      'embedding of floats',
      () => t.embedding(ones([2]), ones([3, 2])),
      'embedding: expected an integer index, got float32',
    ],
    ['crossEntropy of a negative class', () => t.crossEntropy(ones([2, 3]), int(1, -1)), 'out of bounds'],
    [
      'a reduction that is not there',
      () => t.mseLoss(ones([2]), ones([2]), { reduction: 'avg' as 'mean' }),
      'avg is not a valid value for reduction',
    ],
    [
      'binaryCrossEntropyWithLogits of two shapes',
      () => t.binaryCrossEntropyWithLogits(ones([2]), ones([3])),
      'Target size ((3,)) must be the same as input size ((2,))',
    ],
    ['pad of an odd list', () => t.pad(ones([2]), [1]), 'Padding length must be divisible by 2'],
    ['pad of a negative width', () => t.pad(ones([2]), [1, -1]), 'widths are integers of 0 or more'],
    ['pad of a vector in two dims', () => t.pad(ones([2]), [1, 1, 1, 1], { mode: 'reflect' }), 'at most twice'],
    [
      'pad in a mode of NumPy',
      () => t.pad(ones([2]), [1, 1], { mode: 'wrap' as 'circular' }),
      'Unrecognised padding mode wrap: pad knows constant, reflect, replicate, circular',
    ],
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
    ['a target that is a number', () => t.mseLoss(ones([1]), 0 as unknown as Tensor), 'mseLoss: expected a Tensor'],
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
    [
      'conv2d of other channels',
      () => t.conv2d(ones([1, 4, 5, 5]), ones([8, 3, 3, 3])),
      'Given groups=1, weight of size [8, 3, 3, 3], expected input[1, 4, 5, 5] to have 3 channels, but got 4 channels instead',
    ],
    [
      'conv1d of filters that do not part',
      () => t.conv1d(ones([1, 4, 5]), ones([3, 2, 3]), null, { groups: 2 }),
      'Given groups=2, expected weight to be divisible by 2 at dimension 0, but got weight of size [3, 2, 3] instead',
    ],
    [
      'conv2d with too long a bias',
      () => t.conv2d(ones([1, 3, 5, 5]), ones([8, 3, 3, 3]), ones([4])),
      'expected bias to be 1-dimensional with 8 elements, but got bias of size [4] instead',
    ],
    [
      'conv2d with a kernel that is too large',
      () => t.conv2d(ones([3, 2, 5]), ones([8, 3, 3, 3]), null, { padding: [0, 1], dilation: [1, 2] }),
      'Calculated padded input size per channel: (2 x 7). Kernel size: (3 x 5). ' +
        "Kernel size can't be greater than actual input size",
    ],
    [
      'conv2d of a matrix',
      () => t.conv2d(ones([2, 3]), ones([1, 1, 1, 1])),
      'Expected 3D (unbatched) or 4D (batched) input to conv2d, but got input of size: [2, 3]',
    ],
    [
      'conv2d with a weight of another rank',
      () => t.conv2d(ones([1, 3, 5, 5]), ones([8, 3, 3])),
      'conv2d: expected a 4-dimensional weight without dims of size 0, but got weight of size [8, 3, 3]',
    ],
    [
      'conv2d in steps of 0',
      () => t.conv2d(ones([1, 1, 3, 3]), ones([1, 1, 1, 1]), null, { stride: [1, 0] }),
      'non-positive stride is not supported: conv2d got stride=[1, 0]',
    ],
    [
      'conv2d with three strides',
      () => t.conv2d(ones([1, 1, 3, 3]), ones([1, 1, 1, 1]), null, { stride: [1, 1, 1] }),
      'expected stride to be a single integer value or a list of 2 values to match the convolution dimensions, but got ' +
        'stride=[1, 1, 1]',
    ],
    [
      'conv2d with half a dilation',
      () => t.conv2d(ones([1, 1, 3, 3]), ones([1, 1, 1, 1]), null, { dilation: 0.5 }),
      'dilation must be integers: conv2d got dilation=0.5',
    ],
    [
      'conv2d with a negative padding',
      () => t.conv2d(ones([1, 1, 3, 3]), ones([1, 1, 1, 1]), null, { padding: -1 }),
      'negative padding is not supported',
    ],
    [
      'conv2d of the same size in steps',
      () => t.conv2d(ones([1, 1, 3, 3]), ones([1, 1, 1, 1]), null, { padding: 'same', stride: 2 }),
      "padding='same' is not supported for strided convolutions",
    ],
    [
      'conv2d with a padding that is not there',
      () => t.conv2d(ones([1, 1, 3, 3]), ones([1, 1, 1, 1]), null, { padding: 'full' as 'same' }),
      "Invalid padding string: 'full'",
    ],
    [
      'conv2d in no groups',
      () => t.conv2d(ones([1, 1, 3, 3]), ones([1, 1, 1, 1]), null, { groups: 0 }),
      'non-positive groups is not supported',
    ],
    [
      'conv2d with options in the place of the bias',
      () => t.conv2d(ones([1, 1, 3, 3]), ones([1, 1, 1, 1]), { padding: 1 } as unknown as Tensor),
      'conv2d: expected a Tensor in place 2, got an object',
    ],
    [
      "convTranspose2d with PyTorch's names",
      () => t.convTranspose2d(ones([1, 1, 3, 3]), ones([1, 1, 1, 1]), null, { output_padding: 1 } as object),
      'write outputPadding',
    ],
    [
      'convTranspose2d of other channels',
      () => t.convTranspose2d(ones([1, 3, 5, 5]), ones([4, 2, 3, 3])),
      'Given transposed=1, weight of size [4, 2, 3, 3], expected input[1, 3, 5, 5] to have 4 channels, but got 3 channels ' +
        'instead',
    ],
    [
      'convTranspose1d with a wide output padding',
      () => t.convTranspose1d(ones([1, 1, 3]), ones([1, 1, 2]), null, { stride: 2, outputPadding: 2 }),
      'output padding must be smaller than either stride or dilation, but got outputPadding: 2 stride: 2 dilation: 1',
    ],
    [
      'convTranspose2d of which nothing is left',
      () => t.convTranspose2d(ones([1, 1, 1, 1]), ones([1, 1, 2, 2]), null, { padding: 1 }),
      'Given input size per channel: (1 x 1). Calculated output size per channel: (0 x 0). Output size is too small',
    ],
    [
      'maxPool2d with too wide a padding',
      () => t.maxPool2d(ones([1, 1, 3, 3]), 2, { padding: 2 }),
      'pad should be at most half of effective kernel size, but got pad=2, kernel_size=2 and dilation=1',
    ],
    [
      'maxPool2d of too few elements',
      () => t.maxPool2d(ones([3, 1, 4]), 2),
      'Given input size: (3x1x4). Calculated output size: (3x0x2). Output size is too small',
    ],
    ['maxPool1d of integers', () => t.maxPool1d(ones([1, 4], { dtype: 'int32' }), 2), '"maxPool1d" not implemented'],
    ['avgPool2d of nothing', () => t.avgPool2d(ones([1, 2, 2]), 0), 'kernel size should be greater than zero'],
    ['avgPool2d by nothing', () => t.avgPool2d(ones([1, 2, 2]), 2, { divisorOverride: 0 }), 'divisor must be not zero'],
    [
      'adaptiveAvgPool2d to three dims',
      () => t.adaptiveAvgPool2d(ones([1, 2, 2]), [1, 1, 1]),
      'adaptiveAvgPool2d: outputSize is a positive integer, or one for each of 2 dims, where null keeps a dim; got [1, 1, 1]',
    ],
    [
      'interpolate to no size',
      () => t.interpolate(ones([1, 1, 2]), {}),
      'either size or scaleFactor should be defined',
    ],
    [
      'interpolate to two sizes',
      () => t.interpolate(ones([1, 1, 2]), { size: 1, scaleFactor: 2 }),
      'only one of size or scaleFactor should be defined',
    ],
    [
      'interpolate to nothing',
      () => t.interpolate(ones([1, 1, 2]), { scaleFactor: 0.3 }),
      'Input and output sizes should be greater than 0: interpolate got size=[0]',
    ],
    [
      'interpolate by an area between corners',
      () => t.interpolate(ones([1, 1, 2]), { size: 1, mode: 'area', alignCorners: true }),
      'alignCorners option can only be set with the interpolating modes: linear | bilinear',
    ],
    [
      'interpolate signals in two dims',
      () => t.interpolate(ones([1, 1, 2]), { size: 1, mode: 'bilinear' }),
      'Got 3D input, but bilinear mode needs 4D input',
    ],
    [
      'interpolate in a mode that is not there',
      () => t.interpolate(ones([1, 1, 2]), { size: 1, mode: 'cubic' as 'area' }),
      "unknown mode 'cubic'; there are nearest, area, linear, bilinear",
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
      'binaryCrossEntropyWithLogits of logits at 0 and far out',
      (x) => t.binaryCrossEntropyWithLogits(x, ones([3]), { reduction: 'sum' }),
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
