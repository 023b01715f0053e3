import { afterEach, describe, expect, test, vi } from 'vitest'
import { cpu, createCpuDevice } from '../../src/cpu/device.ts'
import { functionCompiler } from '../../src/cpu/function.ts'
import * as numbers from '../../src/cpu/numbers.ts'
import { dtypeNames } from '../../src/dtype.ts'
import { binary, constant, coord, input, scalar, unary } from '../../src/expr.ts'
import { program } from '../../src/program.ts'
import { runMap, runReduce, typed, values, view } from './seam.ts'

afterEach(() => {
  vi.unstubAllGlobals()
})

/** Stand in for `new Function`. */
function construct(make: (parts: readonly string[]) => () => unknown): void {
  vi.stubGlobal('Function', new Proxy(Function, { construct: (_, parts) => make(parts) }))
}

test('the device says what it is', () => {
  expect(cpu).toMatchObject({ name: 'cpu', ownsMemory: false, maxBuffers: Infinity })
  expect([...cpu.dtypes]).toEqual(dtypeNames.filter((dtype) => dtype !== 'float16'))
})

describe('where a page forbids making functions from text', () => {
  const forbid = (): void => {
    construct(() => {
      throw new EvalError('Refused to evaluate a string as JavaScript')
    })
  }

  test('the device composes closures by itself', () => {
    const device = createCpuDevice()
    forbid()
    const a = view(device, 'float32', [2, 2], [1, 2, 3, 4])
    expect(values(runMap(device, program(binary('add', input(0), constant(1))), [a])[0]!)).toEqual([2, 3, 4, 5])
    expect(values(runReduce(device, 'sum', program(input(0)), [a], [0]))).toEqual([4, 6])
  })

  test('the form that was asked for is not replaced', () => {
    const device = createCpuDevice({ codegen: 'function' })
    forbid()
    expect(() => runMap(device, program(input(0)), [view(device, 'float32', [1], [1])])).toThrow(EvalError)
  })
})

test('kernels are plain loops with one constant a node', () => {
  const texts: string[] = []
  construct((parts) => {
    texts.push(parts.at(-1)!)
    return () => () => {}
  })
  const x = binary('sub', input(0), input(1))
  functionCompiler.flat(
    typed(program(binary('mul', x, unary('exp', x)), binary('max', x, scalar(0))), ['float32', 'float32'], ['float32']),
  )
  functionCompiler.reduction(typed(program(binary('mul', input(0), coord(1))), ['int32']), {
    op: 'sum',
    dtype: 'int32',
    byRows: true,
    running: false,
  })
  expect(texts.join('\n\n')).toMatchSnapshot()
})

test.each([
  ['roundEven', numbers.roundEven, [[2.5], [3.5], [-0.5]], [2, 4, -0]],
  [
    'saturate',
    numbers.saturate,
    [
      [1e300, 0, 255],
      [-1, 0, 255],
      [NaN, 0, 255],
      [3.9, 0, 255],
    ],
    [255, 0, 0, 3],
  ],
  [
    'mulHighSigned',
    numbers.mulHighSigned,
    [
      [-1, -1],
      [-2147483648, 2],
      [65537, 65537],
    ],
    [0, -1, 1],
  ],
] as const)('%s', (_, apply, calls, wanted) => {
  expect(calls.map((call) => (apply as (...call: readonly number[]) => number)(...call))).toEqual(wanted)
})
