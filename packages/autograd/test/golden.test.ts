import { expectClose, expectCurve, loadOps, loadSeeds, loadTraining } from '@rungs/testing'
import { describe, expect, test } from 'vitest'
import * as t from '../src/index.ts'
import { cpu, gradcheck, gradgradcheck, manualSeed, noGrad, randn, type Tensor, tensor } from '../src/index.ts'
import { hasOperator, prepare, replayOperator } from './goldenOperators.ts'

const operators = loadOps().map((row) => [row.op, row] as const)
const float64 = { device: cpu, dtype: 'float64' } as const

describe("PyTorch's operators", () => {
  test('are all here', () => {
    expect(operators.map(([op]) => op).filter((op) => !hasOperator(op))).toEqual([])
    expect(operators).toHaveLength(95)
  })

  test.each(operators)('%s gives its value and its gradients', (_, row) => replayOperator(row))
  test.each(operators)('%s does in float64', (_, row) => replayOperator(row, float64))

  // Where inputs are equal an extreme has no derivative, only the ways in which PyTorch shares the gradient out.
  const smooth = operators.filter(([op]) => !op.startsWith('max_ties'))
  test.each(smooth)('%s agrees with central differences, and so does its gradient', (_, row) => {
    const [inputs, compute] = prepare(row, float64)
    expect(gradcheck(compute, inputs)).toBe(true)
    expect(gradgradcheck(compute, inputs)).toBe(true)
  })
})

describe('numbers of the source documents', () => {
  test('numpy graph of seed 0: c = sum(x · y + z)', () => {
    const { seed003_graph: golden } = loadSeeds()
    const generator = t.numpyRng(0)
    const [x, y, z] = [0, 0, 0].map(() => randn([3, 4], { dtype: 'float64', generator, requiresGrad: true })) as [
      Tensor,
      Tensor,
      Tensor,
    ]
    const loss = x.mul(y).add(z).sum()
    loss.backward()
    expect(loss.itemSync()).toBeCloseTo(golden.c, 13)
    expectClose(x.grad!.toTypedArraySync(), golden.grad_x.data)
    expectClose(y.grad!.toTypedArraySync(), golden.grad_y.data)
    expectClose(z.grad!.toTypedArraySync(), new Array(12).fill(1))
  })

  test.each<[keyof ReturnType<typeof loadSeeds>['relu_at_0'], (x: Tensor) => Tensor]>([
    ['relu', (x) => x.relu()],
    ['clamp_min', (x) => x.clampMin(0)],
    ['clamp', (x) => x.clamp({ min: 0 })],
    ['maximum', (x) => x.maximum(t.zeros([3]))],
  ])('the gradient of %s at -1, 0, 1', (name, fn) => {
    const x = tensor([-1, 0, 1], { requiresGrad: true })
    fn(x).sum().backward()
    expectClose(x.grad!.toTypedArraySync(), loadSeeds().relu_at_0[name].data)
  })

  test('the first 20 steps of the two-layer network are PyTorch’s', () => {
    manualSeed(0)
    const [x, y] = [randn([64, 1000]), randn([64, 10])]
    const [w1, w2] = [randn([1000, 100], { requiresGrad: true }), randn([100, 10], { requiresGrad: true })]
    const losses: number[] = []
    for (let step = 0; step < 20; step++) {
      const loss = x.mm(w1).clamp({ min: 0 }).mm(w2).sub(y).pow(2).sum()
      losses.push(loss.itemSync())
      loss.backward()
      noGrad(() => {
        for (const w of [w1, w2]) {
          w.sub_(w.grad!, { alpha: 1e-6 })
          w.grad!.zero_()
        }
      })
    }
    expectCurve(losses, loadTraining().torch_autograd_seed0, 'float32')
  })
})
