import { cpu, type DType, manualSeed, ones, randn, type Tensor, tensor, zeros } from '@rungs/autograd'
import { expect, test } from 'vitest'
import { BatchNorm1d, buffer, Linear, Module, Parameter, parameter, ReLU, Sequential } from '../src/index.ts'
import { thrown, values } from './support.ts'

class LinearLayer extends Module {
  weight = parameter(randn([2, 10]))
  bias = parameter(zeros([2]))
  forward(x: Tensor): Tensor {
    return x.mm(this.weight.t()).add(this.bias)
  }
}

/** Parameters and modules in every place where they are looked for. */
class Everywhere extends Module {
  static override typeName = 'Everywhere'
  scale = parameter(ones([1]))
  layers = [new Linear(2, 3), new ReLU(), new Linear(3, 2)]
  heads = new Map([['left', new Linear(2, 1)]])
  tables = { rows: [parameter(zeros([4]))], note: 'text' }
  count = 3
  nothing: Linear | null = null
  forward(x: Tensor): Tensor {
    return x
  }
}

test('fields are parameters, in the order of declaration', () => {
  const layer = new LinearLayer()
  expect(layer.namedParameters().map(([name, { shape }]) => [name, shape])).toEqual([
    ['weight', [2, 10]],
    ['bias', [2]],
  ])
  expect(layer.parameters().every((p) => p instanceof Parameter && p.requiresGrad && p.isLeaf)).toBe(true)
  expect(layer.forward(ones([3, 10])).shape).toEqual([3, 2])
})

test('arrays, Maps and plain objects are looked into', () => {
  const model = new Everywhere()
  expect(model.namedParameters().map(([name]) => name)).toEqual([
    'scale',
    'tables.rows.0',
    'layers.0.weight',
    'layers.0.bias',
    'layers.2.weight',
    'layers.2.bias',
    'heads.left.weight',
    'heads.left.bias',
  ])
  expect(model.namedChildren().map(([name]) => name)).toEqual(['layers.0', 'layers.1', 'layers.2', 'heads.left'])
  expect(model.namedModules().map(([name]) => name)).toEqual(['', 'layers.0', 'layers.1', 'layers.2', 'heads.left'])
})

test('a field that holds itself is walked once', () => {
  const model = new Everywhere()
  const loop: { self?: object; weight: Parameter } = { weight: parameter(ones([1])) }
  loop.self = loop
  Object.assign(model, { loop })
  expect(
    model
      .namedParameters()
      .filter(([name]) => name.startsWith('loop'))
      .map(([name]) => name),
  ).toEqual(['loop.weight'])
})

test('what stands in two places counts once, and has two names in the state', () => {
  const shared = new Linear(2, 2)
  const model = new Sequential(shared, new ReLU(), shared)
  expect(model.parameters()).toHaveLength(2)
  expect(model.modules()).toHaveLength(3)
  expect(Object.keys(model.stateDict())).toEqual(['0.weight', '0.bias', '2.weight', '2.bias'])
})

test('modules print as PyTorch prints them', () => {
  const model = new Sequential(new Linear(1000, 100), new ReLU(), new Linear(100, 10, { bias: false }))
  expect(String(model)).toBe(
    [
      'Sequential(',
      '  (0): Linear(in_features=1000, out_features=100, bias=True)',
      '  (1): ReLU()',
      '  (2): Linear(in_features=100, out_features=10, bias=False)',
      ')',
    ].join('\n'),
  )
  expect(String(new Everywhere())).toBe(
    [
      'Everywhere(',
      '  (layers): ModuleList(',
      '    (0): Linear(in_features=2, out_features=3, bias=True)',
      '    (1): ReLU()',
      '    (2): Linear(in_features=3, out_features=2, bias=True)',
      '  )',
      '  (heads): ModuleDict(',
      '    (left): Linear(in_features=2, out_features=1, bias=True)',
      '  )',
      ')',
    ].join('\n'),
  )
  expect(String(new LinearLayer())).toBe('LinearLayer()')
  expect(String(parameter(ones([2])))).toMatch(/^Parameter containing:\ntensor\(\[1\., 1\.\], requires_grad=True\)$/)
})

test('train and eval reach every module', () => {
  const model = new Everywhere()
  model.eval()
  expect(model.modules().map(({ training }) => training)).toEqual([false, false, false, false, false])
  model.train()
  expect(model.modules().every(({ training }) => training)).toBe(true)
})

test('zeroGrad sets gradients to null; requiresGrad_ freezes', () => {
  const model = new LinearLayer()
  model
    .forward(ones([1, 10]))
    .sum()
    .backward()
  expect(values(model.bias.grad!)).toEqual([1, 1])
  model.zeroGrad()
  expect(model.bias.grad).toBeNull()
  model.requiresGrad_(false)
  expect(model.forward(ones([1, 10])).requiresGrad).toBe(false)
})

test('a tensor in place of a parameter is refused by types, for nobody would find it', () => {
  const layer = new Linear(1, 1)
  // @ts-expect-error: Type 'Tensor' is not assignable to type 'Parameter'
  layer.weight = layer.weight.mul(2)
  expect(layer.namedParameters().map(([name]) => name)).toEqual(['bias'])
  layer.weight = parameter(ones([1, 1]))
  expect(layer.namedParameters().map(([name]) => name)).toEqual(['weight', 'bias'])
})

test('apply visits inner modules first', () => {
  const model = new Sequential(new Sequential(new ReLU()), new Linear(1, 1))
  const order: string[] = []
  model.apply((module) => order.push(module.constructor.name))
  expect(order).toEqual(['ReLU', 'Sequential', 'Linear', 'Sequential'])
})

test('a state goes into another model', () => {
  manualSeed(0)
  const [from, to] = [new Everywhere(), new Everywhere()]
  const result = to.loadStateDict(from.stateDict())
  expect(result).toEqual({ missingKeys: [], unexpectedKeys: [] })
  for (const [i, p] of to.parameters().entries()) {
    expect(values(p)).toEqual(values(from.parameters()[i]!))
    expect(p.requiresGrad).toBe(true)
  }
})

test('a state that does not fit is refused whole, with every reason', () => {
  const model = new Sequential(new Linear(2, 2))
  const before = values(model.parameters()[1]!)
  const dict = { '0.weight': zeros([2, 3]), '0.bias': zeros([2]), extra: zeros([1]) }
  expect(thrown(() => model.loadStateDict(dict)).message).toBe(
    'Error(s) in loading state_dict for Sequential:\n' +
      '\tUnexpected key(s) in state_dict: "extra".\n' +
      '\tsize mismatch for 0.weight: copying a param with shape [2, 3] from checkpoint, the shape in current model is [2, 2].',
  )
  expect(thrown(() => model.loadStateDict({})).message).toContain('Missing key(s) in state_dict: "0.weight", "0.bias".')
  expect(values(model.parameters()[1]!)).toEqual(before)
  expect(model.loadStateDict({ '0.bias': ones([2]), extra: ones([1]) }, { strict: false })).toEqual({
    missingKeys: ['0.weight'],
    unexpectedKeys: ['extra'],
  })
  expect(values(model.parameters()[1]!)).toEqual([1, 1])
  const notTensor = { '0.weight': [1], '0.bias': [2] } as unknown as Record<string, Tensor>
  expect(thrown(() => model.loadStateDict(notTensor)).message).toContain('expected a Tensor for 0.weight')
})

test('values that were written as JSON come back, counts of batches too', () => {
  const [from, to] = [new BatchNorm1d(2), new BatchNorm1d(2)]
  from.forward(randn([4, 2]))
  const file = JSON.stringify(from.stateDict())
  const parsed = JSON.parse(file) as Record<string, number[]>
  to.loadStateDict(Object.fromEntries(Object.entries(parsed).map(([name, numbers]) => [name, tensor(numbers)])))
  expect(JSON.stringify(to.stateDict())).toBe(file)
  expect(to.numBatchesTracked!.dtype).toBe('int32')
})

test.for([
  [
    () => new Linear(1, 1).loadStateDict(null as never),
    'Linear.loadStateDict: Expected state_dict to be dict-like, got null',
  ],
  [() => new Linear(1, 1).loadStateDict({}, { strickt: false } as object), "unexpected keyword argument 'strickt'"],
  [() => parameter([1] as never), 'Parameter: what it holds must be a Tensor, got Array; make one with tensor(…)'],
  [() => buffer(3 as never), 'Buffer: what it holds must be a Tensor, got 3; make one with tensor(…)'],
  [() => new Linear(1, 1).zeroGrad({ setToNone: true } as object), "unexpected keyword argument 'setToNone'"],
] as const)('bad input %#: a named error', ([call, message]) => {
  const error = thrown(call)
  expect(error.name).toBe('RungsError')
  expect(error.message).toContain(message)
})

test('to(dtype) converts values and gradients, and parameters stay the same objects', () => {
  const model = new LinearLayer()
  const { bias } = model
  model
    .forward(ones([1, 10]))
    .sum()
    .backward()
  model.to('float64')
  expect(model.bias).toBe(bias)
  expect([bias.dtype, bias.grad?.dtype, bias.requiresGrad]).toEqual(['float64', 'float64', true])
  model
    .forward(ones([1, 10], { dtype: 'float64' }))
    .sum()
    .backward()
  expect(values(bias.grad!)).toEqual([2, 2])
  expect(thrown(() => model.to('int32')).message).toBe(
    'Module.to only accepts floating point dtypes, but got desired dtype=int32',
  )
  expect(thrown(() => model.to('webgpu' as DType)).message).toBe(
    'Module.to only accepts floating point dtypes, but got desired dtype=webgpu; a device is a value, such as cpu, not a name',
  )
  expect(model.to(cpu)).toBe(model)
})
