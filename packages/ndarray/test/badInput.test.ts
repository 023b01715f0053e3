import { expect, test } from 'vitest'
import * as nd from '../src/index.ts'
import { arrays, describeErrors, type Row, untyped } from './badInput.ts'

const { DeviceError, DTypeError, IndexError, ShapeError } = nd
const other = nd.createCpuDevice()

const dtypes: Row[] = [
  ['an unknown dtype', () => nd.zeros([1], { dtype: untyped('float8') }), DTypeError, ['zeros', 'float8', 'float32']],
  ['an unknown dtype to cast to', ({ x }) => x.to(untyped<nd.DType>('float8')), DTypeError, ['float8', 'float32']],
  ['a number that does not fit', ({ ints }) => ints.to('uint8').add(256), DTypeError, ['256', 'uint8', '255']],
  ['subtraction of booleans', ({ flags }) => flags.sub(flags), DTypeError, ['bool']],
  ['a shift of floats', ({ x }) => nd.leftShift(x, x), DTypeError, ['leftShift', 'float32']],
  ['bits of floats', ({ x }) => nd.bitwiseNot(x), DTypeError, ['bitwiseNot', 'float32']],
  ['bounds outside an object', ({ x }) => x.clamp(untyped(0)), DTypeError, ['clamp', 'got 0', '{ min: 0, max: 1 }']],
  ['a dtype outside an object', () => nd.array([1], untyped('int32')), nd.RungsError, ['array', 'one object', 'int32']],
  ['a keyword of Python', () => nd.zeros([1], untyped({ requires_grad: true })), nd.RungsError, ['write requiresGrad']],
  ['an option that is not there', ({ x }) => x.sum(0, untyped({ axis: 1 })), nd.RungsError, ["'axis'", '{ keepdim }']],
  ['keepdim outside an object', ({ x }) => x.var(0, untyped(true)), nd.RungsError, ['var', 'one object', 'got true']],
  ['options in the place of a step', () => nd.arange(0, 5, untyped({ dtype: 'int32' })), nd.RungsError, ['arange']],
  ['an array of an array', ({ x }) => nd.array(untyped(x)), DTypeError, ['array', 'x.clone()', 'x.to(dtype)']],
  ['a device by its name', ({ x }) => x.to(untyped<nd.DType>('cuda')), DTypeError, ['cuda', 'a device is a value']],
  ['a negative boolean', ({ flags }) => flags.neg(), DTypeError, ['neg', 'bool']],
  ['nothing to subtract, with alpha', ({ x }) => x.sub_(untyped(null), { alpha: 0.1 }), DTypeError, ['Null', 'array(']],
  ['nothing on both sides', () => nd.add(untyped(undefined), 3), DTypeError, ['undefined', 'array(']],
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

const indices: Row[] = [
  ['an index past the end', ({ x }) => x.at(2), IndexError, ['2', 'dimension 0', 'size 2']],
  ['an index before the beginning', ({ x }) => x.at(0, -4), IndexError, ['-4', 'size 3']],
  ['a fractional index', ({ x }) => x.at(0.5), IndexError, ['0.5']],
  ['too many indices', ({ x }) => x.at(0, 0, 0), IndexError, ['dimension 2', '3', '(2, 3)']],
  ['text that is no slice', ({ x }) => x.at('a:b'), IndexError, ["'a:b'"]],
  ['two ellipses', ({ x }) => x.at('...', '...'), IndexError, ['...']],
  ['a slice of step 0', ({ x }) => x.at('::0'), IndexError, ['0']],
  ['a mask to read with', ({ x, flags }) => x.at(flags), IndexError, ['maskedSelect', 'nonzero(mask)']],
  ['undefined', ({ x }) => x.at(untyped(undefined)), IndexError, ['undefined']],
  ['a boolean', ({ x }) => x.at(untyped(true)), IndexError, ['true']],
  [
    'one of two index arrays past the end',
    ({ x, ints }) => x.at(ints, nd.array([0, 3], { dtype: 'int32' })),
    IndexError,
    ['at', 'index 3 is out of bounds', 'size 3'],
  ],
  [
    'a write where one of two index arrays points before the beginning',
    ({ x, ints }) => x.set([nd.array([-3, 0], { dtype: 'int32' }), ints], 1),
    IndexError,
    ['set', 'index -3 is out of bounds', 'size 2'],
  ],
  [
    'index arrays that do not broadcast',
    ({ x, ints }) => x.at(ints, nd.array([0, 1, 2], { dtype: 'int32' })),
    ShapeError,
    ['(2,)', '(3,)'],
  ],
  ['two masks', ({ x, flags }) => x.set([flags, nd.array([true, false, true])], 1), IndexError, ['logicalAnd']],
  [
    'a mask beside an index array',
    ({ x, flags, ints }) => x.set([flags, ints], 1),
    IndexError,
    ['mask beside integer arrays'],
  ],
  [
    'an array of JavaScript as an index',
    ({ x }) => x.at(':', untyped([0, 2])),
    IndexError,
    ['[0, 2] is not', 'array([0, 2], {'],
  ],
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

describeErrors('dtypes', dtypes)
describeErrors('indices', indices)
describeErrors('devices and disposed arrays', devices)

test('asynchronous reads of a disposed array reject with the same error', async () => {
  const { gone } = arrays()
  for (const read of [gone.item(), gone.toArray(), gone.toTypedArray(), gone.format(), gone.transfer(other)]) {
    await expect(read).rejects.toBeInstanceOf(nd.RungsError)
  }
})
