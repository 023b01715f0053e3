import { AutogradError, type Tensor, tensor, zeros } from '@rungs/autograd'
import { describe, expect, test } from 'vitest'
import { Buffer, buffer, Linear, Module, parameter } from '../src/index.ts'
import { thrown, values } from './support.ts'

class Norm extends Module {
  static override typeName = 'Norm'
  weight = parameter(tensor([1, 1]))
  runningMean = buffer(tensor([0.5, 2]))
  numBatchesTracked = buffer(tensor(3, { dtype: 'int32' }))
  scratch = buffer(zeros([2]), { persistent: false })
  forward(x: Tensor): Tensor {
    return x.sub(this.runningMean).mul(this.weight)
  }
}

class Net extends Module {
  inputNorm = new Norm()
  norms = [new Norm()]
  forward(x: Tensor): Tensor {
    return this.norms[0]!.forward(this.inputNorm.forward(x))
  }
}

test('buffers are found like parameters, and are none', () => {
  const net = new Net()
  expect(net.namedBuffers().map(([name]) => name)).toEqual([
    'input_norm.running_mean',
    'input_norm.num_batches_tracked',
    'input_norm.scratch',
    'norms.0.running_mean',
    'norms.0.num_batches_tracked',
    'norms.0.scratch',
  ])
  expect(net.buffers().every((b) => b instanceof Buffer && !b.requiresGrad)).toBe(true)
  expect(net.namedParameters().map(([name]) => name)).toEqual(['input_norm.weight', 'norms.0.weight'])
  const shared = new Norm()
  expect(Object.assign(new Net(), { inputNorm: shared, norms: [shared] }).buffers()).toHaveLength(3)
})

test('a state holds those that are persistent, and goes into another model in place', () => {
  const [from, to] = [new Norm(), new Norm()]
  from.runningMean.fill_(7)
  from.numBatchesTracked.fill_(9)
  from.scratch.fill_(1)
  const { runningMean } = to
  expect(Object.keys(from.stateDict())).toEqual(['weight', 'running_mean', 'num_batches_tracked'])
  expect(to.loadStateDict(from.stateDict())).toEqual({ missingKeys: [], unexpectedKeys: [] })
  expect(to.runningMean).toBe(runningMean)
  expect([values(to.runningMean), values(to.numBatchesTracked), values(to.scratch)]).toEqual([[7, 7], [9], [0, 0]])
  expect(to.numBatchesTracked.dtype).toBe('int32')
  expect(thrown(() => to.loadStateDict({ weight: zeros([2]), running_mean: zeros([3]) })).message).toBe(
    'Error(s) in loading state_dict for Norm:\n' +
      '\tMissing key(s) in state_dict: "num_batches_tracked".\n' +
      '\tsize mismatch for running_mean: copying a param with shape [3] from checkpoint, the shape in current model is [2].',
  )
})

test('to(dtype) converts buffers of floats alone, and they stay the same objects', () => {
  const norm = new Norm()
  const before = norm.buffers()
  norm.to('float64')
  expect(norm.buffers()).toEqual(before)
  expect(norm.buffers().map(({ dtype }) => dtype)).toEqual(['float64', 'int32', 'float64'])
  expect(values(norm.runningMean)).toEqual([0.5, 2])
})

test('a buffer takes the values of a tensor without its history, and prints as a tensor', () => {
  const x = tensor([1, 2], { requiresGrad: true })
  expect(buffer(x.mul(2)).isLeaf).toBe(true)
  expect(String(buffer(tensor([1, 2])))).toBe('tensor([1., 2.])')
  expect(String(new Norm())).toBe('Norm()')
  const integers = buffer(tensor(3, { dtype: 'int32' }))
  expect(() => integers.requiresGrad_()).toThrow(AutogradError)
})

describe('names in states are those that PyTorch has', () => {
  const rows: readonly (readonly [field: string, name: string])[] = [
    ['weight', 'weight'],
    ['runningMean', 'running_mean'],
    ['numBatchesTracked', 'num_batches_tracked'],
    ['inProjWeight', 'in_proj_weight'],
    ['weightIhL0', 'weight_ih_l0'],
    ['weightHhL10Reverse', 'weight_hh_l10_reverse'],
    ['biasK', 'bias_k'],
    ['projQKV', 'proj_qkv'],
    ['mapHTTPInput', 'map_http_input'],
    ['conv2dIn', 'conv2d_in'],
    ['linear1', 'linear1'],
    ['fc1', 'fc1'],
    ['W1', 'W1'],
    ['Wq', 'Wq'],
    ['lm_head', 'lm_head'],
    ['weight_ih_l0', 'weight_ih_l0'],
    ['_hidden', '_hidden'],
    ['in_projWeight', 'in_projWeight'],
    ['0', '0'],
  ]
  test.for(rows)('%s is %s', ([field, name]) => {
    const make = (): Module =>
      Object.assign(new Linear(1, 1, { bias: false }), { weight: null, [field]: parameter(zeros([1])) })
    const [from, to] = [make(), make()]
    expect(from.namedParameters().map(([each]) => each)).toEqual([name])
    from.parameters()[0]!.data.fill_(5)
    to.loadStateDict(from.stateDict())
    expect(values(to.parameters()[0]!)).toEqual([5])
  })

  test('keys of Maps and plain objects are data, and stay', () => {
    const net = Object.assign(new Norm(), {
      headLayers: { leftHead: new Linear(1, 1, { bias: false }) },
      tailLayers: new Map([['rightTail', new Linear(1, 1, { bias: false })]]),
    })
    expect(net.namedModules().map(([name]) => name)).toEqual(['', 'head_layers.leftHead', 'tail_layers.rightTail'])
    expect(Object.keys(net.stateDict())).toContain('head_layers.leftHead.weight')
    expect(String(net)).toMatch(/\(head_layers\): ModuleDict\(\n {4}\(leftHead\): Linear/)
  })

  test('two fields of one name are refused', () => {
    const net = Object.assign(new Norm(), { running_mean: buffer(zeros([1])) })
    expect(thrown(() => net.stateDict()).message).toBe(
      'stateDict: two fields have the name running_mean; rename one of them',
    )
    expect(thrown(() => net.loadStateDict({})).message).toContain('two fields have the name running_mean')
  })
})
