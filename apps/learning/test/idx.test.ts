import { DTypeError, RungsError } from 'rungs'
import { describe, expect, test } from 'vitest'
import { readFile } from '../src/fromDisk.ts'
import { loadDigits, readIdx } from '../src/index.ts'

describe('an IDX file', () => {
  test.each([
    ['uint8', [0, 0, 8, 1, 0, 0, 0, 2, 0, 255], [0, 255], 'uint8'],
    ['int8', [0, 0, 9, 1, 0, 0, 0, 2, 127, 128], [127, -128], 'int32'],
    ['int16', [0, 0, 11, 1, 0, 0, 0, 2, 1, 2, 255, 254], [258, -2], 'int32'],
    ['int32', [0, 0, 12, 1, 0, 0, 0, 2, 0, 1, 0, 0, 255, 255, 255, 255], [65536, -1], 'int32'],
    ['float32', [0, 0, 13, 1, 0, 0, 0, 2, 0x3f, 0x80, 0, 0, 0xc0, 0x20, 0, 0], [1, -2.5], 'float32'],
    ['float64', [0, 0, 14, 1, 0, 0, 0, 1, 0x3f, 0xb9, 0x99, 0x99, 0x99, 0x99, 0x99, 0x9a], [0.1], 'float64'],
    ['of two dims', [0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 1, 3, 4], [[3], [4]], 'uint8'],
    ['of none', [0, 0, 8, 0, 7], 7, 'uint8'],
    ['without elements', [0, 0, 8, 1, 0, 0, 0, 0], [], 'uint8'],
  ])('%s', (_, bytes, values, dtype) => {
    const read = readIdx(Uint8Array.from(bytes))
    expect(read.dtype).toBe(dtype)
    expect(read.toArraySync()).toEqual(values)
  })

  test('is read where it stands in a larger buffer', () => {
    const within = Uint8Array.from([9, 9, 9, 0, 0, 8, 1, 0, 0, 0, 1, 5]).subarray(3)
    expect(readIdx(within).toArraySync()).toEqual([5])
  })

  test.each([
    ['empty', [], 'readIdx: no IDX file: it is empty'],
    [
      'another format',
      [80, 75, 3, 4],
      'readIdx: no IDX file: it begins with the bytes 80 75 3 4, where 0 0, a type (8 for uint8',
    ],
    ['compressed', [0x1f, 0x8b, 8, 0], 'this one is compressed by gzip'],
    ['an unknown type', [0, 0, 7, 1], 'readIdx: no IDX file'],
    ['a header cut off', [0, 0, 8, 2, 0, 0, 0, 1], 'readIdx: the sizes of 2 dims take 12 bytes, and the file has 8'],
    [
      'elements cut off',
      [0, 0, 11, 1, 0, 0, 0, 2, 1],
      'readIdx: int16 elements of shape (2) take 12 bytes with their header, and the file has 9',
    ],
    ['too long', [0, 0, 8, 1, 0, 0, 0, 0, 1], 'and the file has 9'],
  ])('that is %s is refused', (_, bytes, message) => {
    const read = (): unknown => readIdx(Uint8Array.from(bytes))
    expect(read).toThrow(RungsError)
    expect(read).toThrow(message)
    expect(read).not.toThrow(DTypeError)
  })
})

test('the digits: as many of each kind as their makers count, in two parts', async () => {
  const { train, heldOut } = await loadDigits(readFile)
  expect(train.images.shape).toEqual([1437, 1, 8, 8])
  expect(heldOut.images.shape).toEqual([360, 1, 8, 8])
  const labels = [...train.labels.toTypedArraySync(), ...heldOut.labels.toTypedArraySync()]
  const counts = Array.from({ length: 10 }, (_, digit) => labels.filter((label) => label === digit).length)
  // The description that the data came with lists these.
  expect(counts).toEqual([178, 182, 177, 183, 181, 182, 181, 179, 174, 180])
  const pixels = train.images.toTypedArraySync()
  expect(Math.min(...pixels)).toBe(0)
  expect(Math.max(...pixels)).toBe(1)
})
