import { expectClose, loadEinsum } from '@rungs/testing'
import { describe, expect, test } from 'vitest'
import { EinsumError, einsum, einsumPath } from '../src/index.ts'
import { arrayOf, thrown, wordsOf } from './support.ts'

const golden = loadEinsum()

describe("values are PyTorch's", () => {
  for (const [i, { equation, sublists, inputs, output }] of golden.cases.entries()) {
    const shapes = inputs.map(({ shape }) => `(${shape})`).join(' ')
    test(`${i}: ${sublists === null ? `'${equation}'` : JSON.stringify(sublists)} of ${shapes}`, () => {
      const operands = inputs.map(arrayOf)
      const result = sublists === null ? einsum(equation, ...operands) : einsum(...wordsOf(operands, sublists))
      expect(result.shape).toEqual(output.shape)
      expectClose(result.toTypedArraySync(), output.data, {}, equation)
    })
  }
})

describe("refusals begin with PyTorch's text", () => {
  for (const { equation, sublists, shapes, text } of golden.errors) {
    test(`${sublists === null ? `'${equation}'` : JSON.stringify(sublists)} of ${shapes.map((s) => `(${s})`)}`, () => {
      const operands = shapes.map((shape) => arrayOf({ shape, data: [] }))
      const error = thrown(() =>
        sublists === null ? einsum(equation, ...operands) : einsum(...wordsOf(operands, sublists)),
      )
      expect(error).toBeInstanceOf(EinsumError)
      // PyTorch forgets a space: "in operand 1has size 4".
      expect(error.message.startsWith(text.replace(/(\d)has/, '$1 has')), `${text}\n${error.message}`).toBe(true)
    })
  }
})

describe('plans', () => {
  test("cost no more than those of NumPy's greedy path", () => {
    expect(golden.paths).toHaveLength(200)
    const dearer = golden.paths.flatMap(({ equation, shapes, cost }) => {
      const ours = einsumPath(equation, shapes).cost
      return ours > cost ? [`${equation}: ${ours}, NumPy's ${cost}`] : []
    })
    expect(dearer).toEqual([])
  })
})
