import { describe, expect, test } from 'vitest'
import { checkpoint, grad, graphToDot, jvp, type Tensor, tensor, tidy, vjp } from '../src/index.ts'

const LENGTH = 100_000
const one = (): Tensor => tensor([1], { dtype: 'float64', requiresGrad: true })

/** A sum of as many terms, each of which is an operation on the one before. */
function chain(x: Tensor): Tensor {
  let y = x
  for (let i = 0; i < LENGTH; i++) y = y.add(1 / LENGTH)
  return y
}
/** As long, and everything of it is saved. */
function product(x: Tensor): Tensor {
  let y = x
  for (let i = 0; i < LENGTH; i++) y = y.mul(y)
  return y
}

describe(`a graph of ${LENGTH} operations takes no stack`, () => {
  test('in backward, in a recorded pass, and where it is let go of', () => {
    const x = one()
    const [slope] = grad([chain(x).square().sum()], [x], { createGraph: true })
    expect(slope!.itemSync()).toBeCloseTo(4, 6)
    slope!.sum().backward()
    expect(x.grad!.itemSync()).toBe(2)
    x.grad = null
    const y = product(x).sum()
    y.backward()
    expect(x.grad!.itemSync()).toBe(Number.POSITIVE_INFINITY)
    expect(() => y.backward()).toThrow('a second time')
  })

  test('in tidy, which looks for all that is saved', () => {
    const x = one()
    const y = tidy(() => product(x))
    y.backward()
    expect(x.grad!.size).toBe(1)
  })

  test('in transforms', () => {
    const x = tensor([1], { dtype: 'float64' })
    const square = (z: Tensor): Tensor => chain(z).square()
    expect(jvp(square, [x], [x])[1].itemSync()).toBeCloseTo(4, 6)
    expect(vjp(square, x)[1](x)[0].itemSync()).toBeCloseTo(4, 6)
  })

  test('in a checkpoint', () => {
    const x = one()
    checkpoint((z: Tensor) => chain(z).square(), x)
      .sum()
      .backward()
    expect(x.grad!.itemSync()).toBeCloseTo(4, 6)
  })

  test('in a picture', () => {
    expect(graphToDot(chain(one())).split('\n').length).toBeGreaterThan(2 * LENGTH)
  })
})
