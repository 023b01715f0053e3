import { describe, expect, test } from 'vitest'
import * as nd from '../src/index.ts'
import { thrown, values } from './support.ts'

const { dtypeNames } = nd
const onCpu = dtypeNames.filter((dtype) => nd.cpu.dtypes.has(dtype))
const of = (dtype: nd.DType, shape: readonly number[] = [2]): nd.NDArray => nd.ones(shape, { dtype })

/** PyTorch 1.13's `torch.promote_types`, int32 standing for int64; uint32, which PyTorch lacks, with int32 is int32. */
const promoted: { readonly [D in nd.DType]: readonly nd.DType[] } = {
  bool: ['bool', 'uint8', 'int32', 'uint32', 'float16', 'float32', 'float64'],
  uint8: ['uint8', 'uint8', 'int32', 'uint32', 'float16', 'float32', 'float64'],
  int32: ['int32', 'int32', 'int32', 'int32', 'float16', 'float32', 'float64'],
  uint32: ['uint32', 'uint32', 'int32', 'uint32', 'float16', 'float32', 'float64'],
  float16: ['float16', 'float16', 'float16', 'float16', 'float16', 'float32', 'float64'],
  float32: ['float32', 'float32', 'float32', 'float32', 'float32', 'float32', 'float64'],
  float64: ['float64', 'float64', 'float64', 'float64', 'float64', 'float64', 'float64'],
}
const pairs = dtypeNames.flatMap((a) => dtypeNames.map((b, i) => [a, b, promoted[a][i]!] as const))

describe('two arrays promote', () => {
  test.each(pairs)('%s and %s to %s', (a, b, expected) => {
    expect(nd.promoteTypes(a, b)).toBe(expected)
  })

  const computed = pairs.filter((types) => types.every((dtype) => onCpu.includes(dtype)))
  test.each(computed)('%s and %s to %s in a computation', (a, b, expected) => {
    expect(nd.add(of(a), of(b)).dtype).toBe(expected)
    expect(nd.where(of('bool'), of(a), of(b)).dtype).toBe(expected)
    expect(nd.lt(of(a), of(b)).dtype).toBe('bool')
    expect(nd.div(of(a), of(b)).dtype).toBe(nd.isFloat(expected) ? expected : 'float32')
  })
})

describe('a 0-d array gives way to arrays with dims unless its kind is higher', () => {
  test.each<[dims: nd.DType, zero: nd.DType, expected: nd.DType]>([
    ['float32', 'float64', 'float32'],
    ['float64', 'float32', 'float64'],
    ['uint8', 'int32', 'uint8'],
    ['uint8', 'uint32', 'uint8'],
    ['int32', 'uint8', 'int32'],
    ['int32', 'float64', 'float64'],
    ['int32', 'float32', 'float32'],
    ['bool', 'uint8', 'uint8'],
    ['float32', 'int32', 'float32'],
  ])('%s with dims and %s without give %s', (dims, zero, expected) => {
    expect(nd.add(of(dims), of(zero, [])).dtype).toBe(expected)
    expect(nd.add(of(zero, []), of(dims)).dtype).toBe(expected)
  })

  test('and computes in the dtype of the others', () => {
    const sum = nd.add(nd.full([1], 250, { dtype: 'uint8' }), nd.full([], 10, { dtype: 'int32' }))
    expect([sum.dtype, values(sum)]).toEqual(['uint8', [4]])
    const product = nd.mul(nd.array([3]), nd.array(0.1, { dtype: 'float64' }))
    expect(values(product)).toEqual([Math.fround(3 * Math.fround(0.1))])
  })

  test('two of them promote like arrays with dims', () => {
    expect(nd.add(of('float32', []), of('float64', [])).dtype).toBe('float64')
    expect(nd.add(of('uint8', []), of('int32', [])).dtype).toBe('int32')
  })
})

describe('a JS number takes the dtype of the array beside it where it fits', () => {
  test.each<[dtype: nd.DType, value: nd.Scalar, expected: nd.DType]>([
    ['float32', 2, 'float32'],
    ['float32', 0.5, 'float32'],
    ['float64', 0.5, 'float64'],
    ['int32', 2, 'int32'],
    ['int32', 0.5, 'float32'],
    ['uint8', 2, 'uint8'],
    ['uint32', 4294967295, 'uint32'],
    ['bool', 2, 'int32'],
    ['bool', 0.5, 'float32'],
    ['bool', true, 'bool'],
    ['int32', true, 'int32'],
    ['int32', Number.NaN, 'float32'],
    ['int32', Number.POSITIVE_INFINITY, 'float32'],
  ])('%s + %s is %s', (dtype, value, expected) => {
    expect(nd.add(of(dtype), value).dtype).toBe(expected)
    expect(nd.add(value, of(dtype)).dtype).toBe(expected)
    expect(nd.where(of('bool'), of(dtype), value).dtype).toBe(expected)
  })

  test('two numbers alone make float32, two booleans bool', () => {
    expect(nd.add(1, 2)).toMatchObject({ dtype: 'float32', shape: [] })
    expect(nd.maximum(true, false).dtype).toBe('bool')
  })

  test('float64 keeps all digits of a number', () => {
    expect(values(nd.add(nd.zeros([1], { dtype: 'float64' }), 0.1))).toEqual([0.1])
  })

  test.each<[dtype: nd.DType, value: number]>([
    ['uint8', 256],
    ['uint8', -1],
    ['int32', 2147483648],
    ['uint32', -1],
  ])('%s + %d is an error, for it does not fit', (dtype, value) => {
    const error = thrown(() => nd.add(of(dtype), value))
    expect(error).toBeInstanceOf(nd.DTypeError)
    expect(error.message).toContain(`${value} does not fit ${dtype}`)
  })
})

describe('an operation settles its dtype', () => {
  test.each<[what: string, result: nd.NDArray, expected: nd.DType]>([
    ['exp of integers', nd.exp(of('int32')), 'float32'],
    ['exp of float64', nd.exp(of('float64')), 'float64'],
    ['sqrt of booleans', nd.sqrt(of('bool')), 'float32'],
    ['floor of integers', nd.floor(of('uint8')), 'uint8'],
    ['neg of uint8', nd.neg(of('uint8')), 'uint8'],
    ['isNaN of integers', nd.isNaN(of('int32')), 'bool'],
    ['logicalNot', nd.logicalNot(of('float32')), 'bool'],
    ['add of booleans', nd.add(of('bool'), of('bool')), 'bool'],
    ['pow of integers', nd.pow(of('int32'), of('int32')), 'int32'],
    ['any integer power of integers', nd.pow(of('int32'), -1), 'int32'],
    ['any integer power of booleans', nd.pow(of('bool'), 2), 'int32'],
    ['a root of integers', nd.pow(of('int32'), 0.5), 'float32'],
    ['a number with alpha beside integers', of('int32').add(3, { alpha: 2 }), 'int32'],
    ['floorDiv of integers', nd.floorDiv(of('int32'), 2), 'int32'],
    ['sum of booleans', nd.sum(of('bool')), 'int32'],
    ['sum of uint8', nd.sum(of('uint8')), 'int32'],
    ['sum of uint32', nd.sum(of('uint32')), 'uint32'],
    ['prod of float64', nd.prod(of('float64')), 'float64'],
    ['amax of uint8', nd.amax(of('uint8')), 'uint8'],
    ['argmax', nd.argmax(of('float32')), 'int32'],
    ['any', nd.any(of('float32')), 'bool'],
    ['mm of int32 and float32', nd.mm(of('int32', [2, 2]), of('float32', [2, 2])), 'float32'],
    ['mm of int32', nd.mm(of('int32', [2, 2]), of('int32', [2, 2])), 'int32'],
  ])('%s', (_, result, expected) => {
    expect(result.dtype).toBe(expected)
  })
})

test('a number with alpha is as exact as the array', () => {
  const x = nd.zeros([1], { dtype: 'float64' })
  expect(values(x.add(0.1, { alpha: 2 }))).toEqual([0.2])
  expect(values(x.sub(0.1, { alpha: 2 }))).toEqual([-0.2])
})

describe('in place, the array keeps its dtype', () => {
  test('every dtype becomes zero', () => {
    for (const dtype of onCpu) expect(values(of(dtype).zero_())).toEqual([0, 0])
  })

  test.each<[out: nd.DType, other: nd.DType]>([
    ['float32', 'float64'],
    ['float32', 'int32'],
    ['int32', 'uint8'],
    ['uint8', 'int32'],
    ['uint32', 'bool'],
  ])('%s takes %s', (out, other) => {
    const x = of(out)
    expect(x.add_(of(other))).toBe(x)
    expect([x.dtype, values(x)]).toEqual([out, [2, 2]])
  })

  test('wrapping where it must', () => {
    expect(values(nd.full([1], 250, { dtype: 'uint8' }).add_(nd.full([1], 10, { dtype: 'int32' })))).toEqual([4])
  })

  test.each<[out: nd.DType, change: (x: nd.NDArray) => unknown, result: nd.DType]>([
    ['int32', (x) => x.add_(0.5), 'float32'],
    ['int32', (x) => x.div_(2), 'float32'],
    ['int32', (x) => x.copy_(of('float32')), 'float32'],
    ['uint8', (x) => x.mul_(of('float64', [])), 'float64'],
    ['bool', (x) => x.add_(1), 'int32'],
    ['bool', (x) => x.add_(of('uint8')), 'uint8'],
    ['int32', (x) => x.set([0], 0.5), 'float32'],
    ['int32', (x) => x.set([nd.array([0], { dtype: 'int32' })], nd.array([0.5])), 'float32'],
    ['int32', (x) => x.maskedFill_(of('bool'), Number.NaN), 'float32'],
  ])('%s refuses what would be of a higher kind', (out, change, result) => {
    const x = of(out)
    const error = thrown(() => change(x))
    expect(error).toBeInstanceOf(nd.DTypeError)
    expect(error.message).toContain(`result type ${result} can't be cast to the desired output type ${out}`)
    expect([values(x), x.version]).toEqual([[1, 1], 0])
  })
})
