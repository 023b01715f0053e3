import { describe, expect, test } from 'vitest'
import type { Device, View } from '../../src/device.ts'
import type { DType } from '../../src/dtype.ts'
import { binary, cast, constant, input, scalar } from '../../src/expr.ts'
import { program } from '../../src/program.ts'
import { sizeOf } from '../../src/shape.ts'
import { addresses, type ContractSizes, devices, lcg, runContract, storageOf, typed, values, view } from './seam.ts'

type Random = () => number

/** A view with its axes in a random order in memory, some of them reversed and, where allowed, of stride 0. */
function randomView(device: Device, dtype: DType, shape: readonly number[], random: Random, broadcast: boolean): View {
  const order = shape.map((_, axis) => [random(), axis] as const).sort((a, b) => a[0] - b[0])
  const strides = shape.map(() => 0)
  let offset = Math.floor(random() * 4)
  let step = 1 + Math.floor(random() * 2)
  for (const [chance, axis] of order) {
    if (broadcast && chance < 0.15) continue
    const size = Math.max(shape[axis]!, 1)
    const reversed = chance > 0.8
    strides[axis] = reversed ? -step : step
    if (reversed) offset += (size - 1) * step
    step *= size
  }
  const data = Array.from({ length: 97 }, () => Math.floor(random() * 9) - 4)
  return view(device, dtype, shape, data, { strides, offset, size: offset + step + 4 })
}

/** By the definition, in three loops. */
function naive({ batch, m, n, k }: ContractSizes, a: View, b: View): number[] {
  const [as, bs] = [values(a), values(b)]
  const [B, M, N, K] = [sizeOf(batch), sizeOf(m), sizeOf(n), sizeOf(k)]
  const out: number[] = []
  for (let z = 0; z < B; z++) {
    for (let i = 0; i < M; i++) {
      for (let j = 0; j < N; j++) {
        let sum = 0
        for (let l = 0; l < K; l++) sum += as[(z * M + i) * K + l]! * bs[(z * K + l) * N + j]!
        out.push(sum)
      }
    }
  }
  return out
}

const cubes: readonly (readonly [m: number, n: number, k: number])[] = [
  [1, 1, 1],
  [4, 4, 4],
  [5, 7, 3],
  [1, 9, 40],
  [40, 1, 9],
  [1, 1, 200],
  [3, 50, 33],
  [50, 3, 33],
  [2, 2, 2],
  [17, 19, 23],
  [64, 5, 1],
  [33, 34, 35],
]

describe.each(devices)('contract: %s', (_, device) => {
  test.each(cubes)('%i×%i, sums of %i, plain and transposed, in every dtype', (m, n, k) => {
    for (const dtype of ['float32', 'float64', 'int32', 'uint32', 'uint8'] as const) {
      const sizes: ContractSizes = { batch: [], m: [m], n: [n], k: [k] }
      for (const [aStrides, bStrides] of [
        [
          [k, 1],
          [n, 1],
        ],
        [
          [1, m],
          [1, k],
        ],
      ] as const) {
        const data = Array.from({ length: 101 }, (_, i) => ((i * 7) % 11) - (dtype.startsWith('u') ? 0 : 5))
        const a = view(device, dtype, [m, k], data, { strides: aStrides })
        const b = view(device, dtype, [k, n], data, { strides: bStrides })
        const out = view(device, dtype, [m, n], [99])
        runContract(sizes, a, b, out)
        const wanted = dtype === 'uint8' ? naive(sizes, a, b).map((sum) => sum & 255) : naive(sizes, a, b)
        expect(values(out).map((sum) => sum + 0)).toEqual(wanted.map((sum) => sum + 0))
      }
    }
  })

  test('any strides, 0 to 4 axes a group, and nothing but the output is written', () => {
    const random = lcg(11)
    const someSizes = (most: number): number[] =>
      Array.from({ length: Math.floor(random() * 5) }, () => 1 + Math.floor(random() * most))
    for (let round = 0; round < 120; round++) {
      const sizes: ContractSizes = { batch: someSizes(2), m: someSizes(4), n: someSizes(4), k: someSizes(3) }
      const { batch, m, n, k } = sizes
      const dtype = (['float32', 'float64', 'int32'] as const)[round % 3]!
      const a = randomView(device, dtype, [...batch, ...m, ...k], random, true)
      const b = randomView(device, dtype, [...batch, ...k, ...n], random, true)
      const out = randomView(device, dtype, [...batch, ...m, ...n], random, false)
      const before = [...storageOf(out)]
      const wanted = naive(sizes, a, b)
      addresses(out.shape, out.strides, out.offset).forEach((at, i) => {
        before[at] = wanted[i]! + 0
      })
      runContract(sizes, a, b, out)
      expect(
        [...storageOf(out)].map((sum) => sum + 0),
        JSON.stringify(sizes),
      ).toEqual(before.map((sum) => sum + 0))
    }
  })

  test('an epilogue takes the sum, a bias, a scale and the old output', () => {
    const random = lcg(5)
    const scaled = binary('add', binary('mul', input(0), scalar(0)), binary('add', input(1), input(2)))
    for (const [m, n, k] of cubes) {
      const sizes: ContractSizes = { batch: [2], m: [m], n: [n], k: [k] }
      const a = randomView(device, 'float32', [2, m, k], random, false)
      const b = randomView(device, 'float32', [2, k, n], random, false)
      const out = randomView(device, 'float32', [2, m, n], random, false)
      const bias = view(device, 'float32', [2, m, n], [1, 2, 3, 4, 5, 6, 7], { strides: [0, 0, 1], size: n })
      const old = values(out)
      const biases = values(bias)
      const wanted = naive(sizes, a, b).map((sum, i) => sum * 0.5 + (biases[i]! + old[i]!))
      const epilogue = {
        program: typed(program(scaled), ['float32', 'float32', 'float32'], ['float32']),
        inputs: [bias, out],
        scalars: [0.5],
      }
      runContract(sizes, a, b, out, epilogue)
      expect(values(out).map((sum) => sum + 0)).toEqual(wanted.map((sum) => sum + 0))
    }
  })

  test('an epilogue sees the sum rounded, and may change the dtype', () => {
    const a = view(device, 'float32', [1, 2], [16777216, 1])
    const b = view(device, 'float32', [2, 1], [1, 1])
    const sizes: ContractSizes = { batch: [], m: [1], n: [1], k: [2] }
    const out = view(device, 'float64', [1, 1], [0])
    runContract(sizes, a, b, out, {
      program: typed(program(cast(input(0), 'float64')), ['float32']),
      inputs: [],
      scalars: [],
    })
    expect(values(out)).toEqual([16777216])
    const ints = view(device, 'int32', [1, 2], [2147483647, 1])
    const isLow = view(device, 'bool', [1, 1], [0])
    runContract(sizes, ints, view(device, 'int32', [2, 1], [1, 1]), isLow, {
      program: typed(program(binary('lt', input(0), constant(0))), ['int32']),
      inputs: [],
      scalars: [],
    })
    expect(values(isLow)).toEqual([1])
  })

  test('float32 products are summed in float64 and rounded once', () => {
    const random = lcg(9)
    for (const [m, n, k] of cubes) {
      const data = Array.from({ length: 1009 }, () => random() * 2 - 1)
      const a = view(device, 'float32', [m, k], data)
      const b = view(device, 'float32', [k, n], data.toReversed())
      const out = view(device, 'float32', [m, n], [0])
      const sizes: ContractSizes = { batch: [], m: [m], n: [n], k: [k] }
      runContract(sizes, a, b, out)
      const wanted = naive(sizes, a, b)
      // The order of a float64 sum may move a result across one rounding boundary of float32, no more.
      values(out).forEach((got, i) => {
        expect(Math.abs(got - wanted[i]!)).toBeLessThanOrEqual(2 ** -24 * Math.abs(wanted[i]!) + 1e-14)
      })
    }
  })

  test('no elements to sum give 0, no results give nothing', () => {
    for (const dtype of ['float32', 'int32'] as const) {
      const out = view(device, dtype, [2, 3], [9])
      runContract(
        { batch: [], m: [2], n: [3], k: [0] },
        view(device, dtype, [2, 0], []),
        view(device, dtype, [0, 3], []),
        out,
      )
      expect(values(out)).toEqual([0, 0, 0, 0, 0, 0])
      const none = view(device, dtype, [0, 3], [9], { size: 2 })
      runContract(
        { batch: [], m: [0], n: [3], k: [2] },
        view(device, dtype, [0, 2], []),
        view(device, dtype, [2, 3], [1]),
        none,
      )
      expect([...storageOf(none)]).toEqual([9, 9])
    }
  })

  test('bools are joined by and, or', () => {
    const out = view(device, 'bool', [2, 1], [0])
    runContract(
      { batch: [], m: [2], n: [1], k: [2] },
      view(device, 'bool', [2, 2], [1, 1, 0, 0]),
      view(device, 'bool', [2, 1], [1]),
      out,
    )
    expect(values(out)).toEqual([1, 0])
  })

  test('sizes beyond one block', () => {
    const sizes: ContractSizes = { batch: [], m: [5], n: [70], k: [8000] }
    const data = Array.from({ length: 997 }, (_, i) => (i % 13) - 6)
    const a = view(device, 'float32', [5, 8000], data)
    const b = view(device, 'float32', [8000, 70], data, { strides: [1, 8000] })
    const out = view(device, 'float32', [5, 70], [0])
    runContract(sizes, a, b, out)
    expect(values(out)).toEqual(naive(sizes, a, b))
  })
})
