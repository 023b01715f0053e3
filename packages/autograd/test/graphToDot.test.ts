import { expect, test } from 'vitest'
import { AutogradError, graphToDot, manualSeed, noGrad, randn } from '../src/index.ts'

manualSeed(0)
const x = randn([4, 3])
const w1 = randn([3, 2], { requiresGrad: true })
const w2 = randn([2, 1], { requiresGrad: true })

test('the graph of five operations: a box for each with its shape, an ellipse for each parameter with its name', () => {
  const loss = x.mm(w1).clamp({ min: 0 }).mm(w2).pow(2).sum()
  expect(graphToDot(loss, { names: { w1, w2 } })).toBe(
    `digraph {
  node [fontname="sans-serif", fontsize=12]
  n0 [label="SumBackward0\\n()", shape=box]
  n1 -> n0
  n1 [label="PowBackward0\\n(4, 1)", shape=box]
  n2 -> n1
  n2 [label="MmBackward0\\n(4, 1)", shape=box]
  n3 -> n2
  n4 -> n2
  n3 [label="ClampBackward0\\n(4, 2)", shape=box]
  n5 -> n3
  n4 [label="w2\\n(2, 1)", shape=ellipse]
  n5 [label="MmBackward0\\n(4, 2)", shape=box]
  n6 -> n5
  n6 [label="w1\\n(3, 2)", shape=ellipse]
}`,
  )
})

test('a node that is used twice stands once, names may be pairs, and leaves without one show their shape', () => {
  const y = w2.mul(w2)
  const dot = graphToDot(y.add(w2), { names: [['say "hi"', w2]] })
  expect(dot.match(/label="say \\"hi\\"\\n\(2, 1\)"/g)).toHaveLength(1)
  expect(dot.match(/->/g)).toHaveLength(4)
  expect(graphToDot(y)).toContain('[label="(2, 1)", shape=ellipse]')
})

test('a tensor without a graph is refused with the way out', () => {
  for (const tensor of [x, w1, noGrad(() => x.mm(w1))]) expect(() => graphToDot(tensor)).toThrow(AutogradError)
  expect(() => graphToDot(x)).toThrow('this tensor of shape (4, 3) is not the result of a recorded operation')
})
