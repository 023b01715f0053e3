import { describe, expect, test } from 'vitest'
import { cpu } from '../../src/cpu/device.ts'
import type { IndexedAxis, View } from '../../src/device.ts'
import { IndexError } from '../../src/errors.ts'
import { Layout } from '../../src/layout.ts'
import { storageOf, values, view } from './seam.ts'

/** `table` with stride 0 along `axis`, which the index array replaces. */
const along = (table: View, axis: number, count: number): View => ({
  ...table,
  shape: table.shape.map((size, dim) => (dim === axis ? count : size)),
  strides: table.strides.map((stride, dim) => (dim === axis ? 0 : stride)),
})
const indexed = (table: View, axis: number): IndexedAxis => ({
  stride: table.strides[axis]!,
  size: table.shape[axis]!,
  operation: 'gather of a test',
})

function gather(out: View, source: View, index: View, axis: number): void {
  const operands = [out, along(source, axis, out.shape[axis]!), index]
  cpu.gather(operands, new Layout().setMap(operands, out.shape, false), indexed(source, axis))
}

function scatter(op: 'set' | 'add', target: View, index: View, source: View, axis: number): void {
  const operands = [along(target, axis, source.shape[axis]!), index, source]
  cpu.scatter(op, operands, new Layout().setReduce(operands, source.shape, [axis], false), indexed(target, axis))
}

describe('gather', () => {
  test('takes rows, in every dtype', () => {
    for (const dtype of cpu.dtypes) {
      const source = view(cpu, dtype, [3, 2], dtype === 'bool' ? [1, 0, 0, 1, 1, 1] : [1, 2, 3, 4, 5, 6])
      const out = view(cpu, dtype, [4, 2], [0])
      gather(out, source, view(cpu, 'int32', [4, 1], [2, 0, -1, -3]), 0)
      const rows = [0, 1, 2].map((row) => values(source).slice(2 * row, 2 * row + 2))
      expect(values(out)).toEqual([rows[2], rows[0], rows[2], rows[0]].flat())
    }
  })

  test('takes elements along any axis of any views', () => {
    const source = view(cpu, 'float32', [2, 3], [1, 2, 3, 4, 5, 6], { strides: [-1, 2], offset: 1 })
    const index = view(cpu, 'int32', [2, 4], [0, 1, 2, 0, 2, 2, -3, 1], { strides: [1, 2] })
    const out = view(cpu, 'float32', [2, 4], [0], { strides: [1, -2], offset: 6, size: 8 })
    gather(out, source, index, 1)
    const [from, at] = [values(source), values(index)]
    expect(values(out)).toEqual(at.map((place, i) => from[(i < 4 ? 0 : 3) + (place < 0 ? place + 3 : place)]))
  })

  test.each([3, -4, 2147483647])('refuses the index %i before anything is written', (wrong) => {
    const source = view(cpu, 'float32', [3], [1, 2, 3])
    const out = view(cpu, 'float32', [2], [7])
    const index = view(cpu, 'int32', [2], [0, wrong])
    expect(() => gather(out, source, index, 0)).toThrow(
      new IndexError(`index ${wrong} is out of bounds for dimension with size 3: gather of a test`),
    )
    expect(() => scatter('set', out, index, source, 0)).toThrow(IndexError)
    expect([...storageOf(out)]).toEqual([7, 7])
  })

  test('of nothing does nothing', () => {
    const out = view(cpu, 'float32', [0], [], { size: 1 })
    gather(out, view(cpu, 'float32', [3], [1]), view(cpu, 'int32', [0], []), 0)
    expect([...storageOf(out)]).toEqual([0])
  })
})

describe('scatter', () => {
  test('the last one set wins', () => {
    const target = view(cpu, 'int32', [4], [0])
    scatter('set', target, view(cpu, 'int32', [5], [1, 3, 1, -1, 0]), view(cpu, 'int32', [5], [10, 20, 30, 40, 50]), 0)
    expect(values(target)).toEqual([50, 30, 0, 40])
  })

  test('adds rows, whichever axis lies closer together', () => {
    for (const strides of [
      [3, 1],
      [1, 4],
    ]) {
      const target = view(cpu, 'float32', [2, 3], [100])
      const source = view(
        cpu,
        'float32',
        [4, 3],
        Array.from({ length: 12 }, (_, i) => i),
        { strides },
      )
      scatter('add', target, view(cpu, 'int32', [4, 1], [1, 0, 1, -1]), source, 0)
      const rows = [0, 1, 2, 3].map((row) => values(source).slice(3 * row, 3 * row + 3))
      const sums = [0, 1, 2].flatMap((j) => [
        [0, j, 100 + rows[1]![j]!],
        [1, j, 100 + rows[0]![j]! + rows[2]![j]! + rows[3]![j]!],
      ])
      for (const [i, j, sum] of sums) expect(values(target)[i! * 3 + j!]).toBe(sum)
    }
  })

  test('sums are rounded, wrapped or joined as the dtype says, in order', () => {
    const index = view(cpu, 'int32', [3], [0])
    const results = [
      ['float32', [16777216, 1, 1], 16777216],
      ['float64', [16777216, 1, 1], 16777218],
      ['int32', [2147483647, 1, 1], -2147483647],
      ['uint8', [255, 1, 1], 1],
      ['bool', [1, 1, 0], 1],
    ] as const
    for (const [dtype, data, wanted] of results) {
      const target = view(cpu, dtype, [1], [0])
      scatter('add', target, index, view(cpu, dtype, [3], data), 0)
      expect(values(target)).toEqual([wanted])
    }
  })
})
