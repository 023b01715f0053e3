import * as nd from '@rungs/ndarray'
import { conformanceCases } from '@rungs/testing'
import { describe, expect, test } from 'vitest'
import { webgpuAsHardware } from './devices.ts'

describe('webgpu as on hardware conforms', () => {
  for (const { name, run } of conformanceCases(nd, webgpuAsHardware)) test(name, run, 120_000)
})

describe('a row program is one kernel', () => {
  const { formulas: f } = nd
  const { input, where } = nd.expr
  const program = nd.rowProgram(3, (row) => {
    const weight = row.keep(where(input(2), f.mul(f.sub(f.x0, row.max(f.x0)), f.x1), f.x0))
    return [f.div(weight, row.sum(weight)), row.sum(f.x0)]
  })
  const device = webgpuAsHardware

  test.each<[what: string, x: nd.NDArray, dim: number]>(
    [1, 31, 64, 1000].flatMap((n): [string, nd.NDArray, number][] => [
      [`rows of ${n}`, nd.ones([5, n], { device }), 1],
      [`columns of ${n}`, nd.ones([n, 5], { device }), 0],
      [`columns of ${n}, read four at once`, nd.ones([n, 8], { device }), 0],
      [`transposed rows of ${n}`, nd.ones([n, 8], { device }).t(), 1],
    ]),
  )('over %s', (_, x, dim) => {
    const along = nd.ones(dim === 0 ? [x.shape[0]!, 1] : [x.shape[1]!], { device })
    const mask = nd.ones(x.shape, { dtype: 'bool', device })
    const { dispatches } = device.counts
    nd.rowwise('test', program, [x, along, mask], dim)
    expect(device.counts.dispatches - dispatches).toBe(1)
  })

  test('but not where several threads must share one of a few long rows, nor of integers', () => {
    for (const x of [
      nd.ones([2, 100000], { device }),
      nd.ones([2, 8], { dtype: 'int32', device }),
      nd.ones([2, 8], { dtype: 'bool', device }),
    ]) {
      const counted = nd.rowProgram(1, (row) => {
        const total = row.sum(f.x0)
        return [f.add(f.x0, total), total]
      })
      const { dispatches } = device.counts
      nd.rowwise('test', counted, [x], 1)
      expect(device.counts.dispatches - dispatches).toBeGreaterThan(1)
    }
  })
})
