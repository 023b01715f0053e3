import * as nd from '../src/index.ts'
import { describeErrors, type Row, untyped } from './badInput.ts'

const { AxisError, ShapeError } = nd

const shapes: Row[] = [
  ['shapes that do not broadcast', ({ x, v }) => x.add(v), ShapeError, ['(3)', '(2)', 'dimension 1', '(2, 3)', '(2,)']],
  [
    'an output smaller than the broadcast',
    ({ x, v }) => v.add_(x.reshape([3, 2])),
    ShapeError,
    ['output with shape (2,)', '(3, 2)', 'add_'],
  ],
  ['a mask that does not broadcast', ({ x, flags }) => x.maskedFill_(flags, 0), ShapeError, ['(3)', '(2)']],
  [
    'a reshape of another size',
    ({ x }) => x.reshape([4, 2]),
    ShapeError,
    ["shape '[4, 2]' is invalid for input of size 6"],
  ],
  ['a reshape with two unknowns', ({ x }) => x.reshape([-1, -1]), ShapeError, ['[-1, -1]', '6']],
  ['a reshape that does not divide', ({ x }) => x.reshape([-1, 4]), ShapeError, ['[-1, 4]', '6']],
  ['a reshape to fractions', ({ x }) => x.reshape([1.5, 4]), ShapeError, ['[1.5, 4]']],
  ['an expand of a dim that is not 1', ({ x }) => x.expand([4, 3]), ShapeError, ['(4)', '(2)', 'dimension 0']],
  ['an expand to fewer dims', ({ x }) => x.expand([3]), ShapeError, ['(1)', '(2)']],
  ['an expand to a negative size', ({ x }) => x.expand([-2, 3]), ShapeError, ['-2']],
  ['a negative size', () => nd.zeros([2, -1]), ShapeError, ['zeros', '-1', '[2, -1]']],
  ['a fractional size', () => nd.ones([1.5]), ShapeError, ['1.5']],
  ['a size that is not a number', () => nd.zeros([Number.NaN]), ShapeError, ['NaN']],
  ['a number for a shape', () => nd.zeros(untyped(3)), ShapeError, ['3', '[3]']],
  [
    'a keyword for a shape',
    () => nd.ones(untyped({ size: [2, 3] })),
    ShapeError,
    ["ones() got an unexpected keyword argument 'size': a shape is an array of sizes; write ones([2, 3])"],
  ],
  ['a typed array for a shape', () => nd.ones(untyped(Int32Array.of(2, 3))), ShapeError, ['got 2,3; write [2,3]']],
  [
    'an object without keys for a shape',
    () => nd.ones(untyped({})),
    ShapeError,
    ['ones: a shape is an array of sizes'],
  ],
  ['more than 16 dims', () => nd.zeros(new Array<number>(17).fill(1)), ShapeError, ['16', '17']],
  [
    'more than 16 dims by reshape',
    ({ v }) => v.reshape([2, ...new Array<number>(16).fill(1)]),
    ShapeError,
    ['16', '17'],
  ],
  ['more than 16 dims by expand', ({ v }) => v.expand([...new Array<number>(16).fill(1), 2]), ShapeError, ['16', '17']],
  ['more elements than positions', () => nd.zeros([65536, 65536]), ShapeError, ['2147483647', '4294967296']],
  [
    'more elements by broadcasting',
    () => nd.zeros([65536, 1], { dtype: 'bool' }).add(nd.zeros([65536], { dtype: 'bool' })),
    ShapeError,
    ['4294967296'],
  ],
  ['a typed array of another length', () => nd.fromTypedArray(Float32Array.of(1, 2, 3), [2]), ShapeError, ['[2]', '3']],
  ['a negative number of steps', () => nd.linspace(0, 1, -1), ShapeError, ['-1']],
  ['an arange that never arrives', () => nd.arange(0, 5, -1), ShapeError, ['0', '5', '-1']],
  ['an arange of steps of 0', () => nd.arange(0, 5, 0), ShapeError, ['0', '5']],
  ['matrices that do not fit', ({ x }) => x.mm(x), ShapeError, ['2x3']],
  ['mm of a vector', ({ x, v }) => nd.mm(x, v), ShapeError, ['(2, 3)', '(2,)']],
  ['mv of the wrong length', ({ x, v }) => nd.mv(x, v), ShapeError, ['(2, 3)', '(2,)']],
  ['bmm of matrices', ({ x }) => nd.bmm(x, x), ShapeError, ['(2, 3)']],
  ['matmul of a number', ({ x }) => x.matmul(nd.array(2)), ShapeError, ['2D', '0D']],
  [
    'matmul of batches that do not broadcast',
    () => nd.matmul(nd.ones([2, 1, 1]), nd.ones([3, 1, 1])),
    ShapeError,
    ['(2)', '(3)'],
  ],
  ['outer of a matrix', ({ x, v }) => nd.outer(x, v), ShapeError, ['(2, 3)']],
  ['dot of three dims', ({ x }) => nd.dot(x.unsqueeze(0), x), ShapeError, ['(1, 2, 3)']],
  ['linear with a wrong weight', ({ x, v }) => nd.linear(x, v), ShapeError, ['(2, 3)', '(2,)']],
  ['t() of three dims', ({ x }) => x.unsqueeze(0).t(), ShapeError, ['3D']],
  ['item of several elements', ({ x }) => x.itemSync(), ShapeError, ['(2, 3)', '6']],
  ['cat of nothing', () => nd.cat([]), ShapeError, ['cat']],
  ['cat of other sizes', ({ x, y }) => nd.cat([x, y]), ShapeError, ['(2, 3)', '(3, 2)', 'dimension 0']],
  ['cat of numbers', () => nd.cat([nd.array(1)]), ShapeError, ['zero-dimensional']],
  ['stack of other sizes', ({ x, y }) => nd.stack([x, y]), ShapeError, ['(2, 3)', '(3, 2)']],
  ['the largest of nothing', () => nd.zeros([0]).amax(), ShapeError, ['amax', '(0,)']],
  ['the position of the largest of nothing', () => nd.zeros([2, 0]).argmax(1), ShapeError, ['argmax', '(2, 0)']],
  ['a window that does not fit', ({ x }) => x.unfold(1, 4), ShapeError, ['4', 'dimension 1', 'size 3']],
  ['a window of steps of 0', ({ x }) => x.unfold(1, 2, { step: 0 }), ShapeError, ['0']],
  ['an index of another number of dims', ({ x, ints }) => x.gather(0, ints), ShapeError, ['(2,)', '(2, 3)']],
  [
    'an index larger than the array',
    ({ x }) => x.gather(0, nd.zeros([1, 4], { dtype: 'int32' })),
    ShapeError,
    ['(1, 4)', '(2, 3)'],
  ],
  [
    'a source of another shape than its index',
    ({ x }) => nd.scatterAdd(x, 0, nd.zeros([1, 3], { dtype: 'int32' }), nd.ones([1, 2])),
    ShapeError,
    ['(1, 3)', '(1, 2)'],
  ],
  [
    'indexSelect with a matrix',
    ({ x }) => x.indexSelect(0, nd.zeros([1, 1], { dtype: 'int32' })),
    ShapeError,
    ['vector', '(1, 1)'],
  ],
  ['a value that does not fit where it is written', ({ x, v }) => x.set([0], v), ShapeError, ['(2)', '(3)']],
  ['a value that does not fit where an array points', ({ x, ints, v }) => x.set([ints], v), ShapeError, ['(2)', '(3)']],
  ['flatten of dims in the wrong order', ({ x }) => x.flatten(1, 0), ShapeError, ['1', '0']],
]

const ragged: Row[] = [
  ['rows of different lengths', () => nd.array([[1, 2], [3]]), ShapeError, ['length 2', 'dim 1', 'got 1']],
  ['a number among rows', () => nd.array([[1], 2]), ShapeError, ['dim 1', '2']],
  ['a row among numbers', () => nd.array([1, [2]]), ShapeError, ['dim 1']],
  ['different depths', () => nd.array([[[1]], [1]] as nd.Nested), ShapeError, ['dim 2']],
  ['text among numbers', () => nd.array(untyped([1, 'a'])), ShapeError, ['a']],
  ['a hole', () => nd.array(untyped([1, undefined])), ShapeError, ['undefined']],
  ['null', () => nd.array(untyped(null)), ShapeError, ['null']],
]

const dims: Row[] = [
  ['a dim past the last', ({ x }) => x.sum(2), AxisError, ['[-2, 1]', '2']],
  ['a dim before the first', ({ x }) => x.transpose(0, -3), AxisError, ['[-2, 1]', '-3']],
  ['a softmax without a dim', ({ x }) => nd.softmax(x, untyped(undefined)), AxisError, ['softmax: a dim is missing']],
  ['a dim by its name', ({ x }) => x.sum(untyped({ axis: 0 })), AxisError, ['sum: dims are a number', 'x.sum(0)']],
  ['a fractional dim', ({ x }) => x.sum(0.5), AxisError, ['0.5']],
  ['a dim named twice', ({ x }) => x.sum([1, -1]), AxisError, ['1']],
  ['a permutation that forgets a dim', ({ x }) => x.permute([0]), AxisError, ['[0]', '2']],
  ['a permutation with a dim twice', ({ x }) => x.permute([1, 1]), AxisError, ['[1, 1]']],
  ['a dim of a 0-d array', () => nd.array(1).sum(1), AxisError, ['[-1, 0]', '1']],
  ['a slice of a 0-d array', () => nd.array(1).slice(0), AxisError, ['0-d']],
  ['a diagonal of one dim', ({ v }) => v.diagonal({ dim1: 0 }), AxisError, ['0']],
  ['unsqueeze past the end', ({ x }) => x.unsqueeze(3), AxisError, ['[-3, 2]', '3']],
  ['cat past the last dim', ({ x }) => nd.cat([x], 2), AxisError, ['2']],
  ['stack past the last dim', ({ x }) => nd.stack([x], 3), AxisError, ['3']],
]

const writes: Row[] = [
  [
    'writing through an expanded view',
    ({ v }) => v.expand([2, 2]).add_(1),
    ShapeError,
    ['single memory location', 'clone()', '(2, 2)', '(0, 1)'],
  ],
  ['filling an expanded view', ({ v }) => v.at(':1').expand([3]).fill_(9), ShapeError, ['single memory location']],
  [
    'setting into an expanded view',
    ({ x }) => x.at(0, ':1').expand([3]).set(['1:'], 9),
    ShapeError,
    ['single memory location'],
  ],
  [
    'writing through overlapping windows',
    ({ v }) => v.unfold(0, 1).expand([2, 2]).zero_(),
    ShapeError,
    ['single memory location'],
  ],
  [
    'writing through an unfolded view',
    () => nd.arange(4).unfold(0, 2).mul_(2),
    ShapeError,
    ['single memory location', '(3, 2)', '(1, 1)'],
  ],
]

describeErrors('shapes', shapes)
describeErrors('ragged nested arrays', ragged)
describeErrors('dims', dims)
describeErrors('writing where places coincide', writes)
