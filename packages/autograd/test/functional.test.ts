import { describe, expect, test } from 'vitest'
import {
  AutogradError,
  grad,
  gradcheck,
  gradgradcheck,
  hessian,
  hvp,
  jacobian,
  jvp,
  noGrad,
  stack,
  type Tensor,
  tensor,
  tidy,
  valueAndGrad,
  vjp,
  zeros,
} from '../src/index.ts'
import { sample } from './cases.ts'

const numbers = (x: Tensor): number[] => [...x.toTypedArraySync()]
const plain = (shape: readonly number[], seed: number): Tensor => sample(shape, seed).detach()
const close = (a: Tensor, b: Tensor): void => {
  expect(a.shape).toEqual(b.shape)
  // Sums of a few float64 products near 1, taken in different orders.
  numbers(a).forEach((value, i) => {
    expect(value).toBeCloseTo(numbers(b)[i]!, 10)
  })
}
const dot = (a: Tensor, b: Tensor): number => a.mul(b).sum().itemSync()

const x = plain([3], 1)
const m = plain([2, 3], 2)
/** Nothing about it is symmetric: (2, 3) and (3,) give (2,). */
const curved = (a: Tensor, b: Tensor): Tensor => a.mul(b).sin().mm(b.exp().unsqueeze(1)).squeeze(1).mul(a.select(1, 0))

describe('grad and valueAndGrad', () => {
  test('of a number: closed forms to the fourth derivative', () => {
    const f = (z: Tensor): Tensor => z.pow(4)
    const at = tensor(1.5, { dtype: 'float64' })
    const derivatives = [grad(f), grad(grad(f)), grad(grad(grad(f))), grad(grad(grad(grad(f))))]
    expect(derivatives.map((d) => d(at).itemSync())).toEqual([13.5, 27, 36, 24])
    expect(grad(derivatives[3]!)(at).itemSync()).toBe(0)
  })

  test('give the value too, and leave arguments and results without history', () => {
    const [value, gradient] = valueAndGrad((z: Tensor) => z.pow(3).sum())(x)
    expect(value.itemSync()).toBeCloseTo(x.pow(3).sum().itemSync(), 12)
    close(gradient, x.square().mul(3))
    expect([value.requiresGrad, gradient.requiresGrad, x.requiresGrad]).toEqual([false, false, false])
  })

  test('take the arguments that argnums names', () => {
    const f = (a: Tensor, scale: number, b: Tensor): Tensor => a.mul(b).mul(scale).sum()
    const z = plain([3], 3)
    close(grad(f)(x, 2, z), z.mul(2))
    close(grad(f, { argnums: 2 })(x, 2, z), x.mul(2))
    const [ofX, ofZ] = grad(f, { argnums: [0, 2] })(x, 2, z)
    close(ofX, z.mul(2))
    close(ofZ, x.mul(2))
  })

  test('give gradients in the structure of the argument', () => {
    const parameters = { weights: [m, plain([4, 2], 4)] as const, bias: plain([4], 5), name: 'net' }
    const loss = ({ weights: [w1, w2], bias }: typeof parameters, input: Tensor): Tensor =>
      w2.mm(w1.mm(input).tanh()).add(bias.unsqueeze(1)).square().sum()
    const input = plain([3, 5], 6)
    const gradients = grad(loss)(parameters, input)
    const leaves = [...parameters.weights, parameters.bias].map((p) => p.detach().requiresGrad_())
    const expected = grad([loss({ weights: [leaves[0]!, leaves[1]!], bias: leaves[2]!, name: 'net' }, input)], leaves)
    close(gradients.weights[0], expected[0]!)
    close(gradients.weights[1], expected[1]!)
    close(gradients.bias, expected[2]!)
    expect(gradients.name).toBe('net')
  })

  test('hand on what else the function gives', () => {
    const f = (z: Tensor) => [z.square().sum(), { mean: z.mean(), steps: 3 }] as const
    const [[value, aux], gradient] = valueAndGrad(f, { hasAux: true })(x)
    expect([value.requiresGrad, aux.mean.requiresGrad, aux.steps]).toEqual([false, false, 3])
    close(gradient, x.mul(2))
    const [same, again] = grad(f, { hasAux: true })(x)
    close(same, gradient)
    expect(again.mean.itemSync()).toBeCloseTo(x.mean().itemSync(), 12)
  })

  test('give zeros for what has no part in the result', () => {
    close(grad((_: Tensor, b: Tensor) => b.sum())(m, x), zeros([2, 3], { dtype: 'float64' }))
    close(grad((_: Tensor) => tensor(3))(x), zeros([3], { dtype: 'float64' }))
  })

  test('nested, the inner one does not mix up its variable with the outer one', () => {
    const one = tensor(1, { dtype: 'float64' })
    // d/dx (x · d/dy (x + y)) = 1, not 2.
    expect(grad((a: Tensor) => a.mul(grad((b: Tensor) => a.add(b))(one)))(one).itemSync()).toBe(1)
    // d/dx (x · d/dy (x · y²)) at 1 = d/dx 2x² = 4.
    expect(grad((a: Tensor) => a.mul(grad((b: Tensor) => a.mul(b.square()))(one)))(one).itemSync()).toBe(4)
    // The inner function at the outer variable: d/dx f'(x²) = f''(x²) · 2x with f = z³, at 1.
    expect(grad((a: Tensor) => grad((b: Tensor) => b.pow(3))(a.square()))(one).itemSync()).toBe(12)
  })

  test('are differentiable by what surrounds them: a gradient penalty reaches the weights', () => {
    const w = sample([3], 7)
    const slope = grad((z: Tensor) => z.mul(w).square().sum())(x)
    slope.square().sum().backward()
    // Σ (2 w² x)², whose derivative is 16 w³ x².
    close(w.grad!, w.detach().pow(3).mul(x.square()).mul(16))
    const tracked = sample([3], 1)
    gradcheck((z) => grad((y: Tensor) => y.pow(3).mul(z!).sum())(z!), [tracked])
  })

  test('differentiate in noGrad as well, with results that nothing is recorded of', () => {
    const w = sample([3], 7)
    const gradient = noGrad(() => grad((z: Tensor) => z.square().sum())(w))
    close(gradient, w.detach().mul(2))
    expect([gradient.requiresGrad, w.grad]).toEqual([false, null])
  })

  test('work inside tidy', () => {
    close(
      tidy(() => grad((z: Tensor) => z.exp().mul(z).sum())(x)),
      x.exp().mul(x.add(1)),
    )
  })

  const integers = tensor([1, 2], { dtype: 'int32' })
  test.each<[string, () => unknown, string]>([
    [
      'a vector',
      () => grad((z: Tensor) => z)(x),
      'Expected f(*args) to return a scalar tensor, got tensor with 1 dims',
    ],
    [
      'a number',
      () => grad((() => 3) as unknown as (z: Tensor) => Tensor)(x),
      'Expected f(*args) to return a tensor, got 3',
    ],
    ['a promise', () => grad((async (z: Tensor) => z) as unknown as () => Tensor)(), 'names argument 0'],
    [
      'a promise of one',
      () => grad((async (z: Tensor) => z) as unknown as (z: Tensor) => Tensor)(x),
      'must be synchronous',
    ],
    ['no pair', () => grad((z: Tensor) => z.sum() as unknown as [Tensor, 1], { hasAux: true })(x), '(output, aux)'],
    ['integers', () => grad((z: Tensor) => z.sum())(integers), 'only Tensors of floating point dtype'],
    ['an argument without tensors', () => grad((_: number, z: Tensor) => z.sum())(3, x), 'argument 0 has no tensor'],
    [
      'an argument that is not there',
      () => grad((z: Tensor) => z.sum(), { argnums: 1 as 0 })(x),
      'argnums names argument 1',
    ],
    ['no function', () => valueAndGrad(3 as unknown as () => Tensor)(), 'valueAndGrad: expected a function, got 3'],
  ])('refuse %s', (_, run, text) => {
    expect(run).toThrow(AutogradError)
    expect(run).toThrow(text)
  })
  test('refuse options that are not there', () => {
    expect(() => grad((z: Tensor) => z.sum(), { has_aux: true } as object)).toThrow('write hasAux')
  })
})

describe('vjp and jvp', () => {
  test('are each other’s transpose, and agree with the Jacobians', () => {
    const [da, db] = [plain([2, 3], 8), plain([3], 9)]
    const v = plain([2], 10)
    const [y, tangent] = jvp(curved, [m, x], [da, db])
    const [same, pullback] = vjp(curved, m, x)
    const [ga, gb] = pullback(v)
    close(y, curved(m, x))
    close(same, y)
    expect(dot(v, tangent)).toBeCloseTo(dot(ga, da) + dot(gb, db), 10)
    const [ja, jb] = jacobian(curved, [m, x])
    close(tangent, ja.reshape([2, 6]).mv(da.flatten()).add(jb.mv(db)))
    close(
      ga,
      v
        .unsqueeze(0)
        .mm(ja.reshape([2, 6]))
        .reshape([2, 3]),
    )
  })

  test('jvp agrees with central differences', () => {
    const [da, db] = [plain([2, 3], 8), plain([3], 9)]
    const along = (t: number): Tensor => curved(m.add(da, { alpha: t }), x.add(db, { alpha: t }))
    const difference = along(1e-6).sub(along(-1e-6)).div(2e-6)
    const [, tangent] = jvp(curved, [m, x], [da, db])
    // 1e-6 to either side, differences of values near 1 are good to 1e-9.
    expect(difference.sub(tangent).abs().amax().itemSync()).toBeLessThan(1e-8)
  })

  test('take and give structures, and a pullback works more than once', () => {
    const f = ({ a, list }: { a: Tensor; list: [Tensor] }) => ({
      sum: a.sum(),
      parts: [list[0].mul(2), a.exp()] as const,
    })
    const primals = { a: x, list: [m] as [Tensor] }
    const [output, pullback] = vjp(f, primals)
    expect(output.sum.requiresGrad).toBe(false)
    const cotangents = { sum: tensor(3, { dtype: 'float64' }), parts: [m, x] as const }
    for (let i = 0; i < 2; i++) {
      const [{ a, list }] = pullback(cotangents)
      close(a, x.exp().mul(x).add(3))
      close(list[0], m.mul(2))
    }
    const [, tangent] = jvp(f, [primals], [{ a: x, list: [m] }])
    expect(tangent.sum.itemSync()).toBeCloseTo(x.sum().itemSync(), 12)
    close(tangent.parts[0], m.mul(2))
    close(tangent.parts[1], x.exp().mul(x))
  })

  test('one tensor may stand in several places', () => {
    const [[y, same], pullback] = vjp((a: Tensor, b: Tensor) => [a.mul(b), a.mul(b)] as const, x, x)
    close(y, same)
    const [ga, gb] = pullback([m.select(0, 0), m.select(0, 0)])
    close(ga, gb)
    const v = m.select(0, 0)
    close(pullback([v, v])[0], v.mul(x).mul(2))
    const [, tangent] = jvp(
      (a: Tensor, b: Tensor) => {
        const product = a.mul(b)
        return [product, product] as const
      },
      [x, x],
      [v, v],
    )
    close(tangent[0], v.mul(x).mul(2))
    close(tangent[1], tangent[0])
  })

  test('give zeros where nothing moves, and for results that are no floats', () => {
    const [, tangent] = jvp((z: Tensor) => [z.gt(0), zeros([2]), z] as const, [x], [x])
    expect([tangent[0].dtype, numbers(tangent[0]), numbers(tangent[1])]).toEqual(['bool', [0, 0, 0], [0, 0]])
    close(tangent[2], x)
  })

  test('are differentiable: with respect to primals, tangents and cotangents', () => {
    const [z, t] = [sample([3], 11), sample([3], 12)]
    const f = (a: Tensor): Tensor => a.pow(3).mul(a.sum())
    gradcheck((a, b) => jvp(f, [a!], [b!])[1], [z, t])
    gradcheck((a, b) => vjp(f, a!)[1](b!)[0], [z, t])
    gradgradcheck((a, b) => jvp(f, [a!], [b!])[1], [z, t])
    // Forward over forward: the second derivative along two directions.
    const along = (a: Tensor): Tensor => jvp((b: Tensor) => b.pow(3), [a], [tensor([1, 1, 1], { dtype: 'float64' })])[1]
    close(jvp(along, [x], [x])[1], x.square().mul(6))
  })

  test.each<[string, () => unknown, string]>([
    [
      'jvp of too few tangents',
      () => jvp(curved, [m, x], [m] as unknown as [Tensor, Tensor]),
      'the tangents must have the',
    ],
    ['jvp of another shape', () => jvp((a: Tensor) => a, [x], [m]), 'expected (3,), got (2, 3)'],
    [
      'a pullback of another shape',
      () => vjp((a: Tensor) => a, x)[1](m),
      'vjp: the cotangents must have the structure and',
    ],
  ])('refuse %s', (_, run, text) => {
    expect(run).toThrow(AutogradError)
    expect(run).toThrow(text)
  })
})

describe('jacobian, hessian and hvp', () => {
  test('closed forms', () => {
    const a = plain([2, 3], 13)
    close(
      jacobian((z: Tensor) => a.mv(z), x),
      a,
    )
    close(
      jacobian((z: Tensor) => z.square(), x),
      tensor([0, 1, 2].map((i) => [0, 1, 2].map((j) => (i === j ? 2 : 0)))).mul(x),
    )
    const s = plain([3, 3], 14)
    close(
      hessian((z: Tensor) => z.dot(s.mv(z)), x),
      s.add(s.t()),
    )
  })

  test('a structure of results gives a structure of Jacobians', () => {
    const { sum, list } = jacobian((a: Tensor, b: Tensor) => ({ sum: a.sum(), list: [b.mul(2)] as const }), [m, x])
    close(sum[0], m.mul(0).add(1))
    close(sum[1], x.mul(0))
    close(
      list[0][1],
      tensor(
        [0, 1, 2].map((i) => [0, 1, 2].map((j) => (i === j ? 2 : 0))),
        { dtype: 'float64' },
      ),
    )
    expect(list[0][0].shape).toEqual([3, 2, 3])
    expect(jacobian((a: Tensor) => a.slice(0, 0, 0), x).shape).toEqual([0, 3])
  })

  const potential = (a: Tensor, b: Tensor): Tensor => curved(a, b).square().sum().add(b.pow(3).sum())

  test('the Hessian is the Jacobian of the gradient, symmetric, and what differences of gradients are', () => {
    const [[aa, ab], [ba, bb]] = hessian(potential, [m, x])
    expect([aa, ab, ba, bb].map(({ shape }) => shape)).toEqual([
      [2, 3, 2, 3],
      [2, 3, 3],
      [3, 2, 3],
      [3, 3],
    ])
    close(aa.reshape([6, 6]), aa.reshape([6, 6]).t())
    close(ab.reshape([6, 3]), ba.reshape([3, 6]).t())
    close(
      bb,
      jacobian(
        grad((b: Tensor) => potential(m, b)),
        x,
      ),
    )
    const gradient = grad((b: Tensor) => potential(m, b))
    const columns = [0, 1, 2].map((i) => {
      const step = tensor(
        [0, 1, 2].map((j) => (i === j ? 1e-5 : 0)),
        { dtype: 'float64' },
      )
      return gradient(x.add(step))
        .sub(gradient(x.sub(step)))
        .div(2e-5)
    })
    // 1e-5 to either side: differences are good to 1e-10 of rounding and as much of bending, times values near 100.
    expect(stack(columns, 1).sub(bb).abs().amax().itemSync()).toBeLessThan(1e-6)
  })

  test('hvp is the Hessian times a vector', () => {
    const [va, vb] = [plain([2, 3], 15), plain([3], 16)]
    const [[aa, ab], [ba, bb]] = hessian(potential, [m, x])
    const [value, [pa, pb]] = hvp(potential, [m, x], [va, vb])
    expect(value.itemSync()).toBeCloseTo(potential(m, x).itemSync(), 12)
    close(
      pa.flatten(),
      aa
        .reshape([6, 6])
        .mv(va.flatten())
        .add(ab.reshape([6, 3]).mv(vb)),
    )
    close(pb, ba.reshape([3, 6]).mv(va.flatten()).add(bb.mv(vb)))
    const [, alone] = hvp((z: Tensor) => z.pow(3).sum(), x, vb)
    close(alone, x.mul(6).mul(vb))
  })

  test('are differentiable in their turn', () => {
    const z = sample([2], 17)
    const f = (a: Tensor): Tensor => a.pow(3).sum().mul(a.select(0, 1))
    gradcheck((a) => jacobian((b: Tensor) => b.pow(3).mul(b.sum()), a!), [z])
    gradcheck((a) => hessian(f, a!), [z])
    gradcheck((a, v) => hvp(f, a!, v!)[1], [z, sample([2], 18)])
    const third = jacobian((a: Tensor) => hessian((b: Tensor) => b.pow(3).sum(), a), plain([2], 19))
    expect([third.shape, numbers(third)]).toEqual([
      [2, 2, 2],
      [6, 0, 0, 0, 0, 0, 0, 6],
    ])
  })

  test.each<[string, () => unknown, string]>([
    ['a Hessian of a vector', () => hessian((z: Tensor) => z, x), 'Expected f(*args) to return a scalar tensor'],
    ['hvp of a vector', () => hvp((z: Tensor) => z, x, x), 'should contain a single element: got (3,)'],
    [
      'hvp of another shape',
      () => hvp((z: Tensor) => z.sum(), x, m),
      'hvp: v must have the structure and shapes of the in',
    ],
    [
      'a Jacobian of integers',
      () => jacobian((z: Tensor) => z, tensor([1], { dtype: 'int32' })),
      'only Tensors of floating',
    ],
  ])('refuse %s', (_, run, text) => {
    expect(run).toThrow(text)
  })
})
