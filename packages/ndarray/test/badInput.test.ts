import { describe, expect, test } from 'vitest'
import * as nd from '../src/index.ts'
import { thrown, values } from './support.ts'

const { AxisError, DeviceError, DTypeError, IndexError, ShapeError } = nd
const other = nd.createCpuDevice()

interface Arrays {
  readonly x: nd.NDArray
  readonly y: nd.NDArray
  readonly v: nd.NDArray
  readonly ints: nd.NDArray
  readonly flags: nd.NDArray
  readonly there: nd.NDArray
  readonly gone: nd.NDArray
}

function arrays(): Arrays {
  const gone = nd.ones([2, 3])
  gone.dispose()
  return {
    x: nd.arange(6).reshape([2, 3]),
    y: nd.ones([3, 2]),
    v: nd.array([1, 2]),
    ints: nd.array([0, 1], { dtype: 'int32' }),
    flags: nd.array([true, false]),
    there: nd.ones([2, 3], { device: other }),
    gone,
  }
}

/** Typed callers cannot write these; JavaScript ones can. */
const untyped = <T>(value: unknown): T => value as T

type Row = [what: string, call: (a: Arrays) => unknown, type: typeof nd.RungsError, texts: string[]]

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
  ['null', () => nd.array(untyped(null)), ShapeError, ['Null']],
]

const dtypes: Row[] = [
  ['an unknown dtype', () => nd.zeros([1], { dtype: untyped('float8') }), DTypeError, ['zeros', 'float8', 'float32']],
  ['an unknown dtype to cast to', ({ x }) => x.to(untyped<nd.DType>('float8')), DTypeError, ['float8', 'float32']],
  ['a number that does not fit', ({ ints }) => ints.to('uint8').add(256), DTypeError, ['256', 'uint8', '255']],
  ['subtraction of booleans', ({ flags }) => flags.sub(flags), DTypeError, ['bool']],
  ['a shift of floats', ({ x }) => nd.leftShift(x, x), DTypeError, ['leftShift', 'float32']],
  ['bits of floats', ({ x }) => nd.bitwiseNot(x), DTypeError, ['bitwiseNot', 'float32']],
  ['a negative boolean', ({ flags }) => flags.neg(), DTypeError, ['neg', 'bool']],
  ['the mean of integers', ({ ints }) => ints.mean(), DTypeError, ['mean', 'int32']],
  ['softmax of integers', ({ ints }) => nd.softmax(ints, 0), DTypeError, ['softmax', 'int32']],
  ['integers divided in place', ({ ints }) => ints.div_(2), DTypeError, ['float32', 'int32', 'div_']],
  ['a fraction written into integers', ({ ints }) => ints.set([0], 0.5), DTypeError, ['float32', 'int32']],
  ['a float index', ({ x }) => x.gather(0, nd.zeros([1, 3])), DTypeError, ['float32', 'int32']],
  [
    'a float source for integers',
    ({ ints }) => nd.indexAdd(ints, 0, ints, nd.array([0.5, 1])),
    DTypeError,
    ['float32', 'int32'],
  ],
  ['normal integers', () => nd.randn([2], { dtype: 'int32' }), DTypeError, ['int32', 'float32']],
  [
    'products of booleans',
    ({ flags }) => nd.outer(flags, flags).mm(nd.outer(flags, flags)),
    DTypeError,
    ['bool', 'int32'],
  ],
  [
    'memory of 16-bit integers',
    () => nd.fromTypedArray(untyped(Int16Array.of(1)), [1]),
    DTypeError,
    ['Int16Array', 'Int32Array'],
  ],
  ['what is not a typed array', () => nd.fromTypedArray(untyped([1, 2]), [2]), DTypeError, ['1,2']],
]

const dims: Row[] = [
  ['a dim past the last', ({ x }) => x.sum(2), AxisError, ['[-2, 1]', '2']],
  ['a dim before the first', ({ x }) => x.transpose(0, -3), AxisError, ['[-2, 1]', '-3']],
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

const indices: Row[] = [
  ['an index past the end', ({ x }) => x.at(2), IndexError, ['2', 'dimension 0', 'size 2']],
  ['an index before the beginning', ({ x }) => x.at(0, -4), IndexError, ['-4', 'size 3']],
  ['a fractional index', ({ x }) => x.at(0.5), IndexError, ['0.5']],
  ['too many indices', ({ x }) => x.at(0, 0, 0), IndexError, ['dimension 2', '3', '(2, 3)']],
  ['text that is no slice', ({ x }) => x.at('a:b'), IndexError, ["'a:b'"]],
  ['two ellipses', ({ x }) => x.at('...', '...'), IndexError, ['...']],
  ['a slice of step 0', ({ x }) => x.at('::0'), IndexError, ['0']],
  ['a mask to read with', ({ x, flags }) => x.at(flags), IndexError, ['maskedSelect']],
  ['undefined', ({ x }) => x.at(untyped(undefined)), IndexError, ['undefined']],
  ['a boolean', ({ x }) => x.at(untyped(true)), IndexError, ['true']],
  ['two integer arrays', ({ x, ints }) => x.at(ints, ints), IndexError, ['one integer array']],
  ['an index array past the end', ({ x }) => x.at(nd.array([0, 2], { dtype: 'int32' })), IndexError, ['2']],
  [
    'an index array before the beginning',
    ({ x }) => x.gather(1, nd.array([[-4]], { dtype: 'int32' })),
    IndexError,
    ['gather', '-4', '3'],
  ],
  ['a write past the end', ({ x }) => x.set([5], 1), IndexError, ['5', 'size 2']],
  [
    'a write where an array points past the end',
    ({ x }) => x.set([nd.array([0, 9], { dtype: 'int32' })], 1),
    IndexError,
    ['9', '2'],
  ],
  [
    'scatterAdd past the end',
    ({ x }) => nd.scatterAdd(x, 0, nd.array([[0, 7, 0]], { dtype: 'int32' }), nd.ones([1, 3])),
    IndexError,
    ['scatterAdd', '7', '2'],
  ],
  ['a mask of another shape', ({ x }) => x.set(nd.array([true, false, true]), 1), IndexError, ['(3,)', '(2, 3)']],
  ['a fractional diagonal', ({ x }) => x.diagonal({ offset: 0.5 }), IndexError, ['0.5']],
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

const devices: Row[] = [
  [
    'arrays on two devices',
    ({ x, there }) => x.add(there),
    DeviceError,
    ['Expected all tensors to be on the same device', 'add'],
  ],
  ['an update from another device', ({ x, there }) => x.add_(there), DeviceError, ['same device', 'add_']],
  ['a product of two devices', ({ x, there }) => x.mm(there.t()), DeviceError, ['same device', 'mm']],
  ['cat of two devices', ({ x, there }) => nd.cat([x, there]), DeviceError, ['same device']],
  [
    'an index on another device',
    ({ x }) => x.indexSelect(0, nd.array([0], { dtype: 'int32', device: other })),
    DeviceError,
    ['same device'],
  ],
  [
    'a device by name',
    () => nd.zeros([1], { device: untyped('cuda:0') }),
    DeviceError,
    ['cuda:0', 'cpu', 'createWebGpuDevice'],
  ],
  ['a default device by name', () => nd.setDefaultDevice(untyped('gpu')), DeviceError, ['gpu']],
  ['moving to a device by name', ({ x }) => x.to(untyped<nd.DType>('cuda')), DTypeError, ['cuda']],
  [
    'more memory than there is',
    () => nd.zeros([2 ** 31 - 1], { dtype: 'float64' }),
    DeviceError,
    ['17179869176', '8589934592'],
  ],
  ['a disposed array read', ({ gone }) => gone.toArraySync(), DeviceError, ['(2, 3)', 'disposed']],
  ['a disposed array used', ({ x, gone }) => x.add(gone), DeviceError, ['(2, 3)', 'disposed']],
  ['a disposed array written', ({ gone }) => gone.add_(1), DeviceError, ['(2, 3)', 'disposed']],
  ['a view of a disposed array', ({ gone }) => gone.at(0), DeviceError, ['(2, 3)', 'disposed']],
  ['a disposed array cloned', ({ gone }) => gone.clone(), DeviceError, ['disposed']],
]

describe.each([
  ['shapes', shapes],
  ['ragged nested arrays', ragged],
  ['dtypes', dtypes],
  ['dims', dims],
  ['indices', indices],
  ['writing where places coincide', writes],
  ['devices and disposed arrays', devices],
])('%s', (_, rows) => {
  test.each(rows)('%s', (__, call, type, texts) => {
    const used = arrays()
    const { gone: ___, ...alive } = used
    const before = Object.values(alive).map((x) => [values(x), x.version])
    const error = thrown(() => call(used))
    expect(error.message).not.toBe('nothing was thrown')
    expect(error.name).toBe(type.name)
    expect(error).toBeInstanceOf(type)
    expect(error).toBeInstanceOf(nd.RungsError)
    for (const text of texts) expect(error.message).toContain(text)
    expect(Object.values(alive).map((x) => [values(x), x.version])).toEqual(before)
  })
})

test('asynchronous reads of a disposed array reject with the same error', async () => {
  const { gone } = arrays()
  for (const read of [gone.item(), gone.toArray(), gone.toTypedArray(), gone.format(), gone.transfer(other)]) {
    await expect(read).rejects.toBeInstanceOf(nd.RungsError)
  }
})
