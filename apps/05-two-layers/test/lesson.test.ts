import { record } from '@rungs/lesson/node'
import { cpu, numpyRng } from '@rungs/ndarray'
import { expectClose, expectCurve, loadTraining } from '@rungs/testing'
import { expect, it } from 'vitest'

const { exports: lesson, items } = await record(() => import('../lesson.ts'), { device: 'wasm' })
const golden = loadTraining()

it("has PyTorch's losses", () => {
  expectCurve(lesson.losses, golden.torch_manual_seed0, 'float32')
})

it("has NumPy's losses in float64, from NumPy's random numbers", async () => {
  const numbers = { dtype: 'float64', device: cpu, generator: numpyRng(0) } as const
  const losses = await lesson.train('NumPy', lesson.network([64, 1000, 100, 10], numbers), lesson.backward, 100)
  expectCurve(losses, golden.numpy_two_layer_seed0_f64, 'float64')
  expect(losses).toHaveLength(100)
})

it('trains with a wrong gradient too', () => {
  expect(lesson.forgetfulLosses.at(-1)).toBeLessThan(0.1)
  expect(lesson.forgetfulLosses[1]).not.toBe(lesson.losses[1])
})

it('tells the two gradients apart by central differences', () => {
  expectClose([lesson.errors.right], [0], { absolute: 1e-7 })
  expect(lesson.errors.forgetful).toBeGreaterThan(1)
})

it('shows both curves in one plot', () => {
  expect(items.find(({ kind }) => kind === 'plot')).toMatchObject({
    lines: [{ points: { length: 300 } }, { points: { length: 300 } }],
  })
})
