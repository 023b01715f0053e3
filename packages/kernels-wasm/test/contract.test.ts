import {
  array,
  type ContractDims,
  contract,
  cpu,
  type DType,
  expr,
  fromTypedArray,
  type NDArray,
  program,
  type TypedArray,
  typeProgram,
} from '@rungs/ndarray'
import { describe, expect, test } from 'vitest'
import { createWasmDevice, type WasmDevice, type WasmOptions } from '../src/device.ts'
import {
  type ContractSizes,
  contracted,
  contractViews,
  elementsOf,
  firstDifference,
  matrix,
  memoryOf,
  placesOf,
  type Random,
  randomView,
  viewOf,
} from './products.ts'
import { seeded } from './support.ts'

const dtypes: readonly DType[] = ['float32', 'float64', 'int32', 'uint32']
const options: readonly (readonly [name: string, options: WasmOptions])[] = [
  ['one thread', { threads: 1 }],
  ['two threads', { threads: 2 }],
  // Rounds once where the engine has relaxed SIMD (Node 22 and later).
  ['fused multiply-add', { threads: 1, fusedMultiplyAdd: true }],
  ['arrays outside linear memory', { threads: 1, maximumMemory: 2 ** 25 }],
]
const devices: readonly (readonly [name: string, device: WasmDevice])[] = await Promise.all(
  options.map(async ([name, given]) => [name, await createWasmDevice(given)] as const),
)

const operands = (
  device: WasmDevice,
  dtype: DType,
  { m: [m], n: [n], k: [k] }: ContractSizes,
  transposed: readonly [a: boolean, b: boolean],
  draw: () => number,
) => ({
  a: viewOf(device, dtype, [m!, k!], transposed[0] ? [1, m!] : [k!, 1], draw),
  b: viewOf(device, dtype, [k!, n!], transposed[1] ? [1, k!] : [n!, 1], draw),
  out: viewOf(device, dtype, [m!, n!], [n!, 1], () => 77),
})

const orders = [
  [false, false],
  [true, false],
  [false, true],
  [true, true],
] as const

function expectExact(
  device: WasmDevice,
  dtype: DType,
  sizes: ContractSizes,
  transposed: readonly [boolean, boolean],
  random: Random,
): void {
  const low = dtype === 'uint32' ? 0 : -4
  const { a, b, out } = operands(device, dtype, sizes, transposed, () => random.below(9) + low)
  contractViews(sizes, a, b, out)
  const what = `${dtype} (${sizes.m}, ${sizes.k}) · (${sizes.k}, ${sizes.n}), transposed ${transposed}`
  expect(firstDifference(elementsOf(out), contracted(sizes, a, b)), what).toBeNull()
}

describe.each(devices)('contract: %s', { timeout: 60_000 }, (_, device) => {
  test('sides of 1 to 70, plain and transposed, in every dtype', () => {
    const random = seeded(1)
    for (let side = 1; side <= 70; side++) {
      const [other, third] = [1 + random.below(70), 1 + random.below(20)]
      for (const [m, n, k] of [
        [side, other, third],
        [third, side, other],
        [other, third, side],
      ] as const) {
        expectExact(device, dtypes[side % 4]!, matrix(m, n, k), orders[random.below(4)]!, random)
      }
    }
  })

  test('vectors of any length by matrices, and by each other', () => {
    const random = seeded(2)
    for (const dtype of dtypes) {
      for (const k of [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 40]) {
        for (const [m, n] of [
          [1, 1],
          [1, 6],
          [6, 1],
          [1, 70],
          [70, 1],
        ] as const) {
          for (const transposed of orders) expectExact(device, dtype, matrix(m, n, k), transposed, random)
        }
      }
    }
  })

  test('sizes beyond one cache block', () => {
    const random = seeded(3)
    for (const [m, n, k] of [
      [30, 33, 1100],
      [5, 800, 40],
      [300, 17, 60],
      [1, 500, 530],
      [200, 20, 110],
    ] as const) {
      orders.forEach((transposed, i) => {
        expectExact(device, dtypes[i]!, matrix(m, n, k), transposed, random)
      })
    }
  })

  test('any strides, up to four axes a group, and nothing but the output is written', () => {
    const random = seeded(4)
    const axes = (most: number): number[] => Array.from({ length: random.below(5) }, () => 1 + random.below(most))
    for (let round = 0; round < 150; round++) {
      const sizes = { batch: axes(2), m: axes(4), n: axes(4), k: axes(3) }
      const { batch, m, n, k } = sizes
      const dtype = (['float32', 'float64', 'int32'] as const)[round % 3]!
      const a = randomView(device, dtype, [...batch, ...m, ...k], random, false)
      const b = randomView(device, dtype, [...batch, ...k, ...n], random, false)
      const out = randomView(device, dtype, [...batch, ...m, ...n], random, true)
      const wanted = [...memoryOf(out)]
      const sums = contracted(sizes, a, b)
      placesOf(out).forEach((at, i) => {
        wanted[at] = sums[i]!
      })
      contractViews(sizes, a, b, out)
      expect(firstDifference(memoryOf(out), wanted), JSON.stringify(sizes)).toBeNull()
    }
  })

  test('batches, some of which repeat one matrix', () => {
    const random = seeded(5)
    for (const [batch, m, n, k] of [
      [3, 40, 50, 60],
      [7, 5, 30, 9],
      [20, 17, 18, 200],
    ] as const) {
      for (const repeats of ['neither', 'a', 'b', 'both']) {
        const sizes = { batch: [batch], m: [m], n: [n], k: [k] }
        const draw = (): number => random.below(9) - 4
        const stepA = repeats === 'a' || repeats === 'both' ? 0 : m * k
        const stepB = repeats === 'b' || repeats === 'both' ? 0 : k * n
        // Columns of a and rows of b run along k: both are packed.
        const a = viewOf(device, 'float32', [batch, m, k], [stepA, 1, m], draw)
        const b = viewOf(device, 'float32', [batch, k, n], [stepB, 1, k], draw)
        const out = viewOf(device, 'float32', [batch, m, n], [m * n, n, 1], () => 77)
        contractViews(sizes, a, b, out)
        expect(firstDifference(elementsOf(out), contracted(sizes, a, b)), repeats).toBeNull()
      }
    }
  })

  test('rounding errors stay within the bound for sums of k products', () => {
    const random = seeded(6)
    for (const [dtype, unit] of [
      ['float32', 2 ** -24],
      ['float64', 2 ** -53],
    ] as const) {
      for (const [m, n, k] of [
        [13, 21, 700],
        [1, 33, 501],
        [33, 1, 501],
        [70, 70, 70],
      ] as const) {
        const sizes = matrix(m, n, k)
        const { a, b, out } = operands(device, dtype, sizes, [false, true], () => random.unit() * 2 - 1)
        contractViews(sizes, a, b, out)
        const wanted = contracted(sizes, a, b)
        const magnitudes = contracted(sizes, a, b, true)
        // Higham, Accuracy and Stability of Numerical Algorithms, (3.5); the reference in float64 errs likewise.
        const bound = (k * unit) / (1 - k * unit) + k * 2 ** -53
        elementsOf(out).forEach((sum, i) => {
          expect(Math.abs(sum - wanted[i]!)).toBeLessThanOrEqual(bound * magnitudes[i]!)
        })
      }
    }
  })

  test('NaN and infinities reach the sums they belong to, and no others', () => {
    for (const [m, n, k] of [
      [9, 21, 5],
      [70, 66, 300],
      [1, 45, 30],
      [45, 1, 30],
    ] as const) {
      for (const transposed of orders) {
        const sizes = matrix(m, n, k)
        const { a, b, out } = operands(device, 'float32', sizes, transposed, () => 1)
        const set = (view: typeof a, at: readonly number[], value: number): void => {
          const place = view.offset + at.reduce((sum, index, axis) => sum + index * view.strides[axis]!, 0)
          device.write(view.storage, place, Float32Array.of(value))
        }
        set(a, [m - 1, k - 1], Number.NaN)
        set(b, [0, n - 1], Number.POSITIVE_INFINITY)
        set(a, [0, 0], 0)
        contractViews(sizes, a, b, out)
        expect(firstDifference(elementsOf(out), contracted(sizes, a, b))).toBeNull()
      }
    }
  })

  test('epilogues: bias and relu, the old output, another dtype, the sum of nothing', () => {
    const random = seeded(7)
    const { input, scalar, constant, binary, cast } = expr
    const relu = binary('max', binary('add', input(0), input(1)), constant(0))
    const blend = binary('add', binary('mul', input(0), scalar(0)), input(1))
    for (const [m, n, k] of [
      [1, 1, 1],
      [5, 7, 3],
      [64, 33, 40],
      [3, 50, 0],
      [120, 100, 90],
    ] as const) {
      const sizes = matrix(m, n, k)
      const draw = (): number => random.below(9) - 4
      const { a, b, out } = operands(device, 'float32', sizes, [false, false], draw)
      const sums = contracted(sizes, a, b)
      const bias = viewOf(device, 'float32', [m, n], [0, 1], draw)
      const biases = elementsOf(bias)
      const typed = typeProgram(program(relu), { inputs: ['float32', 'float32'], scalars: [] })
      contractViews(sizes, a, b, out, { program: typed, inputs: [bias], scalars: [] })
      const hidden = sums.map((sum, i) => Math.max(sum + biases[i]!, 0))
      expect(firstDifference(elementsOf(out), hidden)).toBeNull()

      const blended = typeProgram(program(blend), { inputs: ['float32', 'float32'], scalars: ['float32'] })
      contractViews(sizes, a, b, out, { program: blended, inputs: [out], scalars: [0.5] })
      expect(
        firstDifference(
          elementsOf(out),
          hidden.map((old, i) => sums[i]! * 0.5 + old),
        ),
      ).toBeNull()

      const doubles = viewOf(device, 'float64', [n, m], [m, 1], () => 77)
      const turned = { ...doubles, shape: [m, n], strides: [1, m] }
      const widened = typeProgram(program(cast(input(0), 'float64')), { inputs: ['float32'], scalars: [] })
      contractViews(sizes, a, b, turned, { program: widened, inputs: [], scalars: [] })
      expect(firstDifference(elementsOf(turned), sums)).toBeNull()
    }
  })

  test('what a kernel gives stays the same when the engine has optimised it', () => {
    const random = seeded(8)
    for (const [m, n, k, rounds] of [
      [13, 11, 9, 3000],
      [1, 45, 33, 3000],
      [70, 75, 530, 60],
    ] as const) {
      for (const transposed of orders) {
        const sizes = matrix(m, n, k)
        const { a, b, out } = operands(device, 'float32', sizes, transposed, () => random.unit() - 0.5)
        contractViews(sizes, a, b, out)
        const first = elementsOf(out)
        for (let round = 0; round < rounds; round++) contractViews(sizes, a, b, out)
        expect(firstDifference(elementsOf(out), first)).toBeNull()
      }
    }
  })

  test('convolutions over windows, forward and both gradients', () => {
    const random = seeded(9)
    for (const [size, step, dilation] of [
      [3, 1, 1],
      [3, 2, 1],
      [2, 1, 2],
      [1, 1, 1],
    ] as const) {
      const integers = (shape: number[]): NDArray => {
        const count = shape.reduce((total, extent) => total * extent, 1)
        return fromTypedArray(
          Float32Array.from({ length: count }, () => random.below(9) - 4),
          shape,
        )
      }
      const window = { step, dilation }
      const windows = (image: NDArray): NDArray => image.unfold(2, size, window).unfold(3, size, window)
      const [image, weight] = [integers([2, 3, 12, 11]), integers([5, 3, size, size])]
      const [height, width] = windows(image).shape.slice(2, 4) as [number, number]
      const upstream = integers([2, 5, height, width])
      // Windows are (N, C, H, W, kh, kw), filters (O, C, kh, kw), results (N, O, H, W).
      type Case = [name: string, of: (x: NDArray, w: NDArray, g: NDArray) => [NDArray, NDArray], dims: ContractDims]
      const cases: Case[] = [
        [
          'filters by windows',
          (x, w) => [w.expand([2, 5, 3, size, size]), windows(x).permute([0, 1, 4, 5, 2, 3])],
          { batch: 1, m: 1, n: 2, k: 3 },
        ],
        [
          'windows by filters',
          (x, w) => [windows(x).permute([0, 2, 3, 1, 4, 5]), w.permute([1, 2, 3, 0])],
          { batch: 0, m: 3, n: 1, k: 3 },
        ],
        [
          'gradient of the filters',
          (x, _, g) => [g.permute([1, 0, 2, 3]), windows(x).permute([0, 2, 3, 1, 4, 5])],
          { batch: 0, m: 1, n: 3, k: 3 },
        ],
        ['gradient of the windows', (_, w, g) => [g.permute([0, 2, 3, 1]), w], { batch: 0, m: 3, n: 3, k: 1 }],
      ]
      for (const [name, of, dims] of cases) {
        const on = (target: typeof cpu | WasmDevice): TypedArray => {
          const [a, b] = of(image.to(target), weight.to(target), upstream.to(target))
          return contract(name, a, b, dims).toTypedArraySync()
        }
        expect(firstDifference(on(device), on(cpu)), `${name} ${size} by ${step} by ${dilation}`).toBeNull()
      }
    }
  })
})

test('results do not depend on the number of threads', { timeout: 60_000 }, async () => {
  const [one, three] = await Promise.all([createWasmDevice({ threads: 1 }), createWasmDevice({ threads: 3 })])
  for (const [batch, m, n, k] of [
    [1, 100, 110, 120],
    [1, 1, 1100, 1030],
    [1, 1100, 1, 1030],
    [9, 50, 61, 40],
    [1, 2000, 30, 20],
  ] as const) {
    for (const transposed of orders) {
      const bits = (device: WasmDevice): Float64Array => {
        const random = seeded(10)
        const draw = (): number => random.unit() - 0.5
        const sizes = { batch: [batch], m: [m], n: [n], k: [k] }
        const a = viewOf(device, 'float32', [batch, m, k], transposed[0] ? [m * k, 1, m] : [m * k, k, 1], draw)
        const b = viewOf(device, 'float32', [batch, k, n], transposed[1] ? [k * n, 1, k] : [k * n, n, 1], draw)
        const out = viewOf(device, 'float32', [batch, m, n], [m * n, n, 1], () => 77)
        contractViews(sizes, a, b, out)
        return elementsOf(out)
      }
      expect(firstDifference(bits(three), bits(one))).toBeNull()
    }
  }
})

test('an epilogue that names coordinates is refused', async () => {
  const device = await createWasmDevice({ threads: 1 })
  const sum = expr.binary('add', expr.input(0), expr.cast(expr.coord(0), 'float32'))
  const x = array([[1, 2]], { device })
  const call = (): NDArray =>
    contract('mm', x, x.t(), { batch: 0, m: 1, n: 1, k: 1 }, { program: program(sum), inputs: [] })
  expect(call).toThrow('wasm: the epilogue of a contraction cannot name coordinates')
})
