import { type Tensor, tensor } from '@rungs/autograd'
import { expectClose, loadOptimizers } from '@rungs/testing'
import { expect, test } from 'vitest'
import { LBFGS } from '../src/index.ts'
import { values } from './support.ts'

/** Rosenbrock's function in any number of dims; its lowest point is at ones. */
function rosenbrock(x: Tensor): Tensor {
  const [head, tail] = [x.slice(0, 0, -1), x.slice(0, 1)]
  return tail.sub(head.square()).square().mul(100).add(head.neg().add(1).square()).sum()
}

const closureOf = (x: Tensor, optimizer: LBFGS) => (): Tensor => {
  optimizer.zeroGrad()
  const loss = rosenbrock(x)
  loss.backward()
  return loss
}

test.for(loadOptimizers().lbfgs)(
  "LBFGS takes PyTorch's steps with $options",
  async ({ options, start, ...expected }) => {
    const x = tensor([...start], { dtype: 'float64', requiresGrad: true })
    const optimizer = new LBFGS([x], options)
    for (const [i, loss] of expected.losses.entries()) {
      const found = await optimizer.step(closureOf(x, optimizer))
      // Roundings grow a thousandfold along the valley.
      expectClose([await found.item(), ...values(x)], [loss, ...expected.params[i]!], {
        relative: 1e-9,
        absolute: 1e-12,
      })
      expect(optimizer.state.get(x)!.funcEvals.itemSync()).toBe(expected.evaluations[i])
    }
  },
)

/** Two parameters whose loss is lowest at 3 and at a matrix of ones. */
function quadratic(optimizer: LBFGS, [a, b]: readonly Tensor[]): () => Tensor {
  return () => {
    optimizer.zeroGrad()
    const loss = a!.sub(3).square().sum().add(b!.sub(1).pow(2).mul(5).sum())
    loss.backward()
    return loss
  }
}

const two = (): Tensor[] => [
  tensor([0.5], { requiresGrad: true }),
  tensor(
    [
      [1, 2],
      [3, 4],
    ],
    { requiresGrad: true },
  ),
]

test('several parameters are one vector, those without a gradient stand still', async () => {
  const [a, b] = two()
  const idle = tensor([7], { requiresGrad: true })
  const optimizer = new LBFGS([a!, idle, b!], { lineSearchFn: 'strong_wolfe' })
  await optimizer.step(quadratic(optimizer, [a!, b!]))
  expectClose([...values(a!), ...values(b!), ...values(idle)], [3, 1, 1, 1, 1, 7], { relative: 1e-5 })
})

test.for([null, 'strong_wolfe'] as const)('a run with line search %s continues bit for bit', async (lineSearchFn) => {
  const make = (params: Tensor[]) => new LBFGS(params, { lr: 0.1, maxIter: 3, historySize: 4, lineSearchFn })
  const start = (): Tensor => tensor([-1.2, 1, -0.5], { requiresGrad: true })
  const [x, y] = [start(), start()]
  const [first, second] = [make([x]), make([y])]
  for (let t = 0; t < 3; t++) await first.step(closureOf(x, first))
  y.data = x.detach().clone()
  second.loadStateDict(first.stateDict())
  for (let t = 0; t < 3; t++) {
    await first.step(closureOf(x, first))
    await second.step(closureOf(y, second))
    expect(values(y)).toEqual(values(x))
  }
  expect(second.state.get(y)!.funcEvals.itemSync()).toBe(first.state.get(x)!.funcEvals.itemSync())
})

test('the history may be shorter than the way', async () => {
  const x = tensor([-1.2, 1], { dtype: 'float64', requiresGrad: true })
  const optimizer = new LBFGS([x], {
    historySize: 2,
    maxIter: 100,
    maxEval: 200,
    toleranceChange: 1e-14,
    lineSearchFn: 'strong_wolfe',
  })
  await optimizer.step(closureOf(x, optimizer))
  expectClose(values(x), [1, 1], { relative: 1e-6 })
})

test('a state with another history is refused', () => {
  const [first, second] = [10, 20].map(
    (historySize) => new LBFGS([tensor([1], { requiresGrad: true })], { historySize }),
  )
  expect(() => second!.loadStateDict(first!.stateDict())).toThrow(
    /^LBFGS: oldDirs of parameter 0 has shape \(10, 1\), expected \(20, 1\)/,
  )
})

test('a step needs a closure, and the one before to have ended', async () => {
  const x = tensor([-1.2, 1], { requiresGrad: true })
  const optimizer = new LBFGS([x])
  await expect(optimizer.step(undefined as unknown as () => Tensor)).rejects.toThrow(
    /^LBFGS\.step\(\) missing 1 required argument: 'closure'/,
  )
  const running = optimizer.step(closureOf(x, optimizer))
  await expect(optimizer.step(closureOf(x, optimizer))).rejects.toThrow(/^LBFGS: the step before has not ended/)
  await running
  await expect(optimizer.step(closureOf(x, optimizer))).resolves.toBeDefined()
})
