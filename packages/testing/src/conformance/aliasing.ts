import { type ConformanceCase, expectSame } from './check.ts'
import { arrayOf } from './elementwise.ts'
import type { ArrayLike, DeviceLike, ModuleLike } from './module.ts'
import { integersFrom, seededRandom } from './numbers.ts'
import { elementsOf, positionsOf } from './viewKinds.ts'

/** Which parts of one (6, 6) array a call writes and reads. */
interface Pattern {
  readonly name: string
  readonly outs: (x: ArrayLike) => readonly ArrayLike[]
  readonly inputs: (x: ArrayLike) => readonly [ArrayLike, ArrayLike]
}

const itself = (x: ArrayLike): readonly ArrayLike[] => [x]
const patterns: readonly Pattern[] = [
  { name: 'x from x and x', outs: itself, inputs: (x) => [x, x] },
  { name: 'x from x and xᵀ', outs: itself, inputs: (x) => [x, x.permute([1, 0])] },
  { name: 'x from xᵀ and x reversed', outs: itself, inputs: (x) => [x.permute([1, 0]), x.flip([0, 1])] },
  { name: 'xᵀ from xᵀ and x', outs: (x) => [x.permute([1, 0])], inputs: (x) => [x.permute([1, 0]), x] },
  { name: 'x from its first row', outs: itself, inputs: (x) => [x, x.at(0)] },
  { name: 'x from its last column', outs: itself, inputs: (x) => [x, x.at(':', '5:')] },
  { name: 'x from one element of it', outs: itself, inputs: (x) => [x.at(2, 3), x] },
  { name: 'rows from the rows above', outs: (x) => [x.at('1:')], inputs: (x) => [x.at('1:'), x.at(':-1')] },
  { name: 'rows from the rows below', outs: (x) => [x.at(':-1')], inputs: (x) => [x.at('1:'), x.at(':-1')] },
  {
    name: 'elements from those before',
    outs: (x) => [x.reshape([36]).at('1:')],
    inputs: (x) => [x.reshape([36]).at('1:'), x.reshape([36]).at(':-1')],
  },
  {
    name: 'elements from those behind',
    outs: (x) => [x.reshape([36]).at(':-1')],
    inputs: (x) => [x.reshape([36]).at('1:'), x.reshape([36]).at('1:')],
  },
  { name: 'the diagonal from a column', outs: (x) => [x.diagonal()], inputs: (x) => [x.diagonal(), x.at(':', 1)] },
  { name: 'a column from the diagonal', outs: (x) => [x.at(':', 2)], inputs: (x) => [x.diagonal(), x.at(':', 2)] },
  {
    name: 'even columns from odd ones',
    outs: (x) => [x.at(':', '::2')],
    inputs: (x) => [x.at(':', '1::2'), x.at(':', '::2')],
  },
  {
    name: 'a corner from windows over x',
    outs: (x) => [x.at(':2', ':6')],
    inputs: (x) => [x.at('1:3'), x.reshape([36]).unfold(0, 6, { step: 5 }).at(':2')],
  },
  { name: 'two halves swapped', outs: (x) => [x.at(':3'), x.at('3:')], inputs: (x) => [x.at('3:'), x.at(':3')] },
  { name: 'two outputs from themselves', outs: (x) => [x.at(0), x.at(1)], inputs: (x) => [x.at(0), x.at(1)] },
  { name: 'interleaved outputs', outs: (x) => [x.at('::2'), x.at('1::2')], inputs: (x) => [x.at('1::2'), x.at('::2')] },
  {
    name: 'an input that is one output and overlaps the other',
    outs: (x) => [x.at(':2'), x.at('2:4')],
    inputs: (x) => [x.at(':2'), x.at('1:3')],
  },
]

/** Calls whose inputs and outputs share memory give what they would give from copies. */
export function aliasingCases(nd: ModuleLike, device: DeviceLike): ConformanceCase[] {
  const { input, constant, binary } = nd.expr
  const [a, b] = [input(0), input(1)]
  const one = nd.program(binary('sub', binary('mul', a, constant(2)), b))
  const two = nd.program(binary('sub', binary('mul', a, constant(2)), b), binary('add', a, b))

  return patterns.map(({ name, outs, inputs }) => ({
    name: `aliasing: ${name}`,
    async run() {
      const memory = integersFrom(seededRandom(1), -9, 9, 36)
      const x = arrayOf(nd, device, memory, 'float32', [6, 6])
      const targets = outs(x)
      const [first, second] = inputs(x)
      const { shape } = targets[0]!
      const [left, right] = [elementsOf(first.expand(shape), memory), elementsOf(second.expand(shape), memory)]
      const wanted = [...memory]
      targets.forEach((target, which) => {
        positionsOf(target).forEach((at, i) => {
          wanted[at] = (which === 0 ? left[i]! * 2 - right[i]! : left[i]! + right[i]!) + 0
        })
      })
      nd.updateInPlace('test', targets.length === 1 ? one : two, targets, [first, second])
      expectSame(name, await x.toTypedArray(), wanted)
    },
  }))
}
