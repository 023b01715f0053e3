import { type ConformanceCase, expectSame } from './check.ts'
import { arrayOf } from './elementwise.ts'
import type { ArrayLike, DeviceLike, DType, ModuleLike } from './module.ts'
import { seededRandom, smallValues } from './numbers.ts'
import { elementsOf, positionsOf, VIEW_SHAPE, type ViewKind, viewKinds } from './viewKinds.ts'

const product = (shape: readonly number[]): number => shape.reduce((total, size) => total * size, 1)

/** Every view kind as an input beside every other, and as an output; every dtype; shapes of every rank; coordinates. */
export function viewCases(nd: ModuleLike, device: DeviceLike): ConformanceCase[] {
  const { input, scalar, coord, constant, unary, binary, cast } = nd.expr
  const dtypes = [...device.dtypes]
  const scaledSum = nd.program(binary('add', binary('mul', input(0), scalar(0)), input(1)))
  const copy = nd.program(input(0))

  const make = (kind: ViewKind, dtype: DType, seed: number): { base: ArrayLike; view: ArrayLike; memory: number[] } => {
    const memory = smallValues(seededRandom(seed), dtype, product(kind.base))
    const base = arrayOf(nd, device, memory, dtype, kind.base)
    return { base, view: kind.of(base), memory }
  }

  const inputs = viewKinds.map((kind) => ({
    name: `inputs: ${kind.name} beside every view`,
    async run() {
      await Promise.all(
        viewKinds.map(async (other) => {
          const a = make(kind, 'float32', 1)
          const b = make(other, 'float32', 2)
          const expected = elementsOf(b.view, b.memory)
          const wanted = elementsOf(a.view, a.memory).map((value, i) => value * 3 + expected[i]!)
          const out = nd.elementwise('test', scaledSum, [a.view, b.view], [3])
          expectSame(
            `${kind.name} · 3 + ${other.name}`,
            await out.toTypedArray(),
            wanted.map((value) => value + 0),
          )
        }),
      )
    },
  }))

  const outputs = viewKinds
    .filter((kind) => kind.writable)
    .map((kind) => ({
      name: `output: ${kind.name} from every view, the rest of its memory untouched`,
      async run() {
        await Promise.all(
          viewKinds.map(async (other) => {
            const out = make(kind, 'float32', 3)
            const b = make(other, 'float32', 4)
            const added = elementsOf(b.view, b.memory)
            const wanted = [...out.memory]
            positionsOf(out.view).forEach((at, i) => {
              wanted[at] = out.memory[at]! * 2 + added[i]! + 0
            })
            nd.updateInPlace('test', scaledSum, [out.view], [out.view, b.view], [2])
            expectSame(`${kind.name} = itself · 2 + ${other.name}`, await out.base.toTypedArray(), wanted)
          }),
        )
      },
    }))

  const moved = dtypes.map((dtype) => ({
    name: `${dtype} is copied into and out of every view`,
    async run() {
      await Promise.all(
        viewKinds.map(async (kind) => {
          const a = make(kind, dtype, 5)
          const elements = elementsOf(a.view, a.memory)
          expectSame(`read of ${kind.name}`, await a.view.toTypedArray(), elements)
          expectSame(`copy of ${kind.name}`, await nd.elementwise('copy', copy, [a.view]).toTypedArray(), elements)
          if (!kind.writable) return
          const fresh = smallValues(seededRandom(6), dtype, product(VIEW_SHAPE))
          a.view.copy_(arrayOf(nd, device, fresh, dtype, VIEW_SHAPE))
          const wanted = [...a.memory]
          positionsOf(a.view).forEach((at, i) => {
            wanted[at] = fresh[i]!
          })
          expectSame(`write to ${kind.name}`, await a.base.toTypedArray(), wanted)
        }),
      )
    },
  }))

  const shapes: readonly (readonly number[])[] = [
    [],
    [1],
    [0],
    [3, 0],
    [0, 4],
    [1, 1, 1],
    [1, 5, 1],
    [2, 1, 3],
    [2, 3, 2, 3],
    [3, 2, 2, 2, 3],
    [2, 2, 2, 2, 2, 2, 3],
    [2, 2, 2, 2, 2, 2, 2, 2, 2, 2],
    [5, 1, 7],
    [63],
    [64],
    [65],
    [255],
    [256],
    [257],
    [1023],
    [4097],
    [17, 31],
    // Beyond what each thread of a processor computes at once.
    [1100, 7],
    [90, 5, 14],
    [70000],
  ]
  const ranks = shapes.map((shape) => ({
    name: `a shape of [${shape.join(', ')}], its dims as they are, reversed in order, and every second reversed`,
    async run() {
      const memory = smallValues(seededRandom(7), 'float32', product(shape))
      const base = arrayOf(nd, device, memory, 'float32', shape)
      const backwards = shape.map((_, i) => shape.length - 1 - i)
      const flips = shape.flatMap((_, i) => (i % 2 === 0 ? [i] : []))
      for (const view of [base, base.permute(backwards), base.flip(flips), base.unsqueeze(0), base.unsqueeze(-1)]) {
        const twice = nd.elementwise('double', nd.program(binary('add', input(0), input(0))), [view])
        expectSame(
          'twice',
          await twice.toTypedArray(),
          elementsOf(view, memory).map((value) => value + value),
        )
        const beside = nd.elementwise('mixed', scaledSum, [view, base.reshape(view.shape)], [-1])
        const wanted = elementsOf(view, memory).map((value, i) => memory[i]! - value + 0)
        expectSame('beside its contiguous self', await beside.toTypedArray(), wanted)
      }
    },
  }))

  const coordinates = [[5], [3, 4], [2, 3, 4], [1, 4, 1], [2, 1, 2, 3], [257], [3, 65]].map((shape) => ({
    name: `coordinates of [${shape.join(', ')}]`,
    async run() {
      const expr = shape
        .map((_, axis) => binary('mul', coord(axis), constant(10 ** (shape.length - 1 - axis) * 7, 'int32')))
        .reduce((sum, term) => binary('add', sum, term))
      const places = Array.from({ length: product(shape) }, (_, flat) => {
        let [rest, sum] = [flat, 0]
        for (let axis = shape.length - 1, scale = 7; axis >= 0; axis--, scale *= 10) {
          sum += (rest % shape[axis]!) * scale
          rest = Math.floor(rest / shape[axis]!)
        }
        return sum
      })
      const made = nd.generate(nd.program(expr), shape, device, 'int32', [])
      expectSame('generated', await made.toTypedArray(), places)
      const memory = smallValues(seededRandom(8), 'int32', product(shape))
      const x = arrayOf(nd, device, memory, 'int32', shape).flip([0])
      const added = nd.elementwise('test', nd.program(binary('add', expr, input(0))), [x])
      const elements = elementsOf(x, memory)
      expectSame(
        'beside a reversed array',
        await added.toTypedArray(),
        places.map((place, i) => place + elements[i]!),
      )
    },
  }))

  const several: ConformanceCase = {
    name: 'several outputs of several dtypes',
    async run() {
      const memory = smallValues(seededRandom(9), 'float32', 24)
      const x = arrayOf(nd, device, memory, 'float32', [4, 6])
      const outs = [nd.full([4, 6], 0, { device }), nd.full([6, 4], 0, { dtype: 'int32', device }).permute([1, 0])]
      const flags = nd.full([4, 6], 0, { dtype: 'bool', device }).flip([1])
      const half = cast(binary('mul', input(0), input(0)), 'int32')
      const program = nd.program(unary('neg', input(0)), half, binary('gt', input(0), constant(0)))
      nd.updateInPlace('test', program, [...outs, flags], [x])
      expectSame(
        'float32',
        await outs[0]!.toTypedArray(),
        memory.map((value) => -value),
      )
      expectSame(
        'int32',
        await outs[1]!.toTypedArray(),
        memory.map((value) => value * value),
      )
      expectSame(
        'bool',
        await flags.toTypedArray(),
        memory.map((value) => (value > 0 ? 1 : 0)),
      )
    },
  }

  return [...inputs, ...outputs, ...moved, ...ranks, ...coordinates, several]
}
