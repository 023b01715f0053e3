import { describe, expect, test } from 'vitest'
import {
  type Code,
  type FunctionBuilder,
  f32,
  f32x4,
  i32,
  type Local,
  ModuleBuilder,
  select,
  v128,
} from '../../src/emit/index.ts'

type Exports = { readonly [name: string]: (...args: number[]) => number }

const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 })

/** One exported function `run` of i32 parameters. */
function compile(params: number, build: (f: FunctionBuilder, ...params: Local[]) => void, results: 0 | 1 = 1): Exports {
  const module = new ModuleBuilder()
  module.function({ params: Array(params).fill('i32'), results: results === 1 ? ['i32'] : [], export: 'run' }, build)
  const bytes = module.finish({ shared: false, maximum: 1 })
  return new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } }).exports as Exports
}

const constants = [0, 1, -1, 63, 64, -64, -65, 127, 128, 8191, 8192, -8193, 2 ** 31 - 1, -(2 ** 31)]

describe('emitted code', () => {
  test.each(constants)('holds the constant %i', (value) => {
    expect(compile(0, (f) => f.do(i32.const(value))).run!()).toBe(value)
  })

  test('loops, branches, and calls what stands before', () => {
    const module = new ModuleBuilder()
    const collatz = module.function({ params: ['i32'], results: ['i32'] }, (f, n) => {
      const even: Code = i32.eqz(i32.and(n, i32.const(1)))
      f.do(select(i32.shrU(n, i32.const(1)), i32.add(i32.mul(n, i32.const(3)), i32.const(1)), even))
    })
    module.function({ params: ['i32'], results: ['i32'], export: 'steps' }, (f, n) => {
      const steps = f.local('i32')
      f.while(
        () => i32.ne(n, i32.const(1)),
        () => {
          f.set(n, collatz(n))
          f.increase(steps, i32.const(1))
        },
      )
      f.do(steps)
    })
    const bytes = module.finish({ shared: false, maximum: 1 })
    const { steps } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } }).exports as Exports
    // OEIS A006577.
    expect([1, 2, 3, 7, 27, 97].map((n) => steps!(n))).toEqual([0, 1, 7, 16, 111, 118])
  })

  test('leaves early, and takes the other branch', () => {
    const { run } = compile(1, (f, x) => {
      const sign = f.local('i32')
      f.if(i32.eqz(x), () => f.return(i32.const(0)))
      f.if(
        i32.lt(x, i32.const(0)),
        () => f.set(sign, i32.const(-1)),
        () => f.set(sign, i32.const(1)),
      )
      f.do(sign)
    })
    expect([-5, 0, 9].map((x) => run!(x))).toEqual([-1, 0, 1])
  })

  test('reads and writes lanes of memory', () => {
    const floats = new Float32Array(memory.buffer)
    floats.set([1, 2, 3, 4, 10, 20, 30, 40])
    const { run } = compile(
      1,
      (f, p) => {
        const sum = f.local('v128', f32x4.add(v128.load(p), v128.load(p, 16)))
        f.do(v128.store(p, f32x4.mul(sum, f32x4.const(0.5)), 32))
        f.do(f32.store(p, f32.add(f32x4.extract(sum, 3), f32.const(0.1)), 48))
      },
      0,
    )
    run!(0)
    expect([...floats.subarray(8, 13)]).toEqual([5.5, 11, 16.5, 22, Math.fround(44 + Math.fround(0.1))])
  })

  test('a long function has a long length', () => {
    const { run } = compile(0, (f) => {
      const x = f.local('i32')
      for (let i = 0; i < 5000; i++) f.increase(x, i32.const(i))
      f.do(x)
    })
    expect(run!()).toBe((5000 * 4999) / 2)
  })
})
