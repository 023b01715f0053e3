import {
  fromTypedArray,
  gradcheck,
  gradgradcheck,
  manualSeed,
  ones,
  randn,
  type Tensor,
  tensor,
  zeros,
} from '@rungs/autograd'
import { expectClose, type GoldenArray, loadOps } from '@rungs/testing'
import { describe, expect, test } from 'vitest'
import { CrossEntropyLoss, Linear, type Module, MSELoss, ReLU, Sequential, Sigmoid, Tanh } from '../src/index.ts'
import { thrown, values } from './support.ts'

const golden = new Map(loadOps().map((op) => [op.op, op]))

const toTensor = ({ data, shape }: GoldenArray, requiresGrad = false): Tensor =>
  fromTypedArray(Float32Array.from(data), shape, { requiresGrad })

describe("values and gradients are PyTorch's", () => {
  const labels = tensor([2, 0, 1], { dtype: 'int32' })
  const linear = (): Linear => {
    const layer = new Linear(4, 5)
    const [, weight, bias] = golden.get('linear')!.inputs
    layer.loadStateDict({ weight: toTensor(weight!), bias: toTensor(bias!) })
    return layer
  }
  const rows: readonly (readonly [op: string, forward: (x: Tensor, second: Tensor) => Tensor])[] = [
    ['linear', (x) => linear().forward(x)],
    ['relu', (x) => new ReLU().forward(x)],
    ['sigmoid', (x) => new Sigmoid().forward(x)],
    ['tanh', (x) => new Tanh().forward(x)],
    ['mse_sum', (x, y) => new MSELoss({ reduction: 'sum' }).forward(x, y)],
    ['mse_mean', (x, y) => new MSELoss().forward(x, y)],
    ['cross_entropy', (x) => new CrossEntropyLoss().forward(x, labels)],
  ]
  test.for(rows)('%s', ([name, forward]) => {
    const op = golden.get(name)!
    const [x, second] = op.inputs.map((input) => toTensor(input, true))
    const out = forward(x!, second!)
    expectClose(values(out), op.output.data, { relative: 1e-5, absolute: 1e-6 }, name)
    out.backward(toTensor(op.grad_output!))
    expectClose(values(x!.grad!), op.grads![0]!.data, { relative: 1e-5, absolute: 1e-6 }, `gradient of ${name}`)
  })
})

describe('gradients agree with central differences, and so do theirs', () => {
  const float64 = (shape: readonly number[]): Tensor => randn(shape, { dtype: 'float64', requiresGrad: true })
  const labels = tensor([1, 0], { dtype: 'int32' })
  const linear = (x: Tensor, weight: Tensor, bias: Tensor): Tensor =>
    Object.assign(new Linear(3, 2), { weight, bias }).forward(x)
  const rows: readonly (readonly [
    name: string,
    forward: (...inputs: Tensor[]) => Tensor,
    shapes: readonly number[][],
  ])[] = [
    ['Linear', linear as (...inputs: Tensor[]) => Tensor, [[4, 3], [2, 3], [2]]],
    ['Sequential', (x) => new Sequential(new Tanh(), new Sigmoid()).forward(x!), [[2, 3]]],
    ['ReLU', (x) => new ReLU().forward(x!), [[2, 3]]],
    [
      'MSELoss',
      (x, y) => new MSELoss().forward(x!, y!),
      [
        [2, 3],
        [2, 3],
      ],
    ],
    ['CrossEntropyLoss', (x) => new CrossEntropyLoss({ reduction: 'sum' }).forward(x!, labels), [[2, 3]]],
  ]
  test.for(rows)('%s', ([, forward, shapes]) => {
    manualSeed(1)
    const inputs = shapes.map(float64)
    expect(gradcheck(forward, inputs)).toBe(true)
    expect(gradgradcheck(forward, inputs)).toBe(true)
  })
})

test('reduction none gives every loss', () => {
  const [x, y] = [tensor([1, 2]), tensor([0, 4])]
  expect(values(new MSELoss({ reduction: 'none' }).forward(x, y))).toEqual([1, 4])
})

test('Linear takes any number of leading dims, and may go without bias', () => {
  const layer = new Linear(3, 2, { bias: false, dtype: 'float64' })
  expect(layer.forward(ones([4, 5, 3], { dtype: 'float64' })).shape).toEqual([4, 5, 2])
  expect(layer.parameters()).toHaveLength(1)
})

test('layers of a Sequential are reached by number', () => {
  const [first, second] = [new ReLU(), new Tanh()]
  const model = new Sequential(first, second)
  expect([model[0], model[1], model[2], model.length]).toEqual([first, second, undefined, 2])
  expect([...model]).toEqual([first, second])
  expect(values(model.forward(tensor([-1, 1])))).toEqual([0, Math.fround(Math.tanh(1))])
})

test('the two-layer network has 101110 numbers', () => {
  const model = new Sequential(new Linear(1000, 100), new ReLU(), new Linear(100, 10))
  expect(model.parameters().reduce((sum, { size }) => sum + size, 0)).toBe(101110)
})

describe('bad input is named', () => {
  const rows: readonly (readonly [name: string, call: () => unknown, message: string | RegExp])[] = [
    [
      'a width that does not fit',
      () => new Linear(3, 2).forward(ones([2, 4])),
      /^mat1 and mat2 shapes cannot be multiplied \(2x4 and 3x2\)/,
    ],
    [
      'no tensor',
      () => new Linear(3, 2).forward([1, 2, 3] as unknown as Tensor),
      'Linear: the input must be a Tensor, got Array',
    ],
    [
      'an array',
      () => new Linear(3, 2).forward(ones([2, 3]).array as unknown as Tensor),
      'Linear: the input must be a Tensor, got an array without gradients; wrap it with fromArray(x)',
    ],
    [
      'no tensor in an activation',
      () => new ReLU().forward(3 as unknown as Tensor),
      'ReLU: the input must be a Tensor, got 3',
    ],
    ['no target', () => new MSELoss().forward(ones([1]), undefined as unknown as Tensor), /MSELoss: .* got undefined/],
    ['a width of 0', () => new Linear(0, 2), 'Linear: inFeatures must be a positive integer, got 0'],
    ['half a width', () => new Linear(2, 1.5), 'Linear: outFeatures must be a positive integer, got 1.5'],
    ['an unknown reduction', () => new MSELoss({ reduction: 'avg' as 'sum' }), /^avg is not a valid/],
    [
      'a bias outside an object',
      () => new Linear(3, 2, false as unknown as object),
      'Linear: options are one object, with names out of { bias, dtype, device }; got false',
    ],
    [
      'an option that is not there',
      () => new CrossEntropyLoss({ size_average: true } as object),
      "CrossEntropyLoss() got an unexpected keyword argument 'size_average'; there are { reduction, weight, ignoreIndex, labelSmoothing }",
    ],
    [
      'class labels as floats',
      () => new CrossEntropyLoss().forward(ones([2, 3]), zeros([2])),
      /class labels are integers.*dtype: 'int32'/,
    ],
    [
      'no module in a Sequential',
      () => new Sequential((() => 1) as unknown as Module & ReLU),
      /Sequential: layer 0 is not a Module/,
    ],
  ]
  test.for(rows)('%s', ([, call, message]) => {
    const error = thrown(call)
    expect(error.name).toMatch(/^(Rungs|Shape|DType)Error$/)
    expect(error.message).toMatch(message)
  })
})
