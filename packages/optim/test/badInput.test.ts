import { ones, randn, type Tensor } from '@rungs/autograd'
import { expect, test } from 'vitest'
import { Adam, SGD } from '../src/index.ts'
import { thrown } from './support.ts'

const leaf = (): Tensor => randn([2], { requiresGrad: true })
const shared = leaf()

const rows: readonly (readonly [call: () => unknown, name: string, message: string | RegExp])[] = [
  [() => new SGD([], { lr: 1 }), 'RungsError', /^optimizer got an empty parameter list/],
  [
    () => new SGD(leaf() as unknown as Tensor[], { lr: 1 }),
    'RungsError',
    /^params argument given to the optimizer should be an iterable of Tensors or groups, but got Tensor.*new SGD\(/,
  ],
  [() => new Adam(undefined as unknown as Tensor[]), 'RungsError', /^params argument given .* but got undefined/],
  [
    () => new SGD(['w' as unknown as Tensor], { lr: 1 }),
    'RungsError',
    /^optimizer can only optimize Tensors, but one of the params is string w/,
  ],
  [
    () => new SGD([leaf().mul(2)], { lr: 1 }),
    'AutogradError',
    /^can't optimize a non-leaf Tensor: parameter 0 of shape \[2\]/,
  ],
  [
    () => new SGD([{ params: [shared] }, { params: [shared] }], { lr: 1 }),
    'RungsError',
    /^some parameters appear in more than one parameter group/,
  ],
  [
    () => new SGD([shared, shared], { lr: 1 }),
    'RungsError',
    /^optimizer contains a parameter group with duplicate parameters/,
  ],
  [
    () => new SGD([leaf(), { params: [leaf()] } as unknown as Tensor], { lr: 1 }),
    'RungsError',
    'SGD: give tensors, or groups { params }, not both',
  ],
  [() => new SGD([leaf()], { lr: -0.1 }), 'RungsError', /^Invalid learning rate: -0\.1/],
  [() => new SGD([leaf()], {} as { lr: number }), 'RungsError', /^Invalid learning rate: undefined/],
  [() => new SGD([leaf()], { lr: 1, momentum: -1 }), 'RungsError', /^Invalid momentum value: -1/],
  [() => new SGD([leaf()], { lr: 1, weightDecay: Number.NaN }), 'RungsError', /^Invalid weight_decay value: NaN/],
  [
    () => new SGD([leaf()], { lr: 1, nesterov: true }),
    'RungsError',
    /^Nesterov momentum requires a momentum and zero dampening/,
  ],
  [
    () => new SGD([leaf()], 0.1 as unknown as { lr: number }),
    'RungsError',
    'SGD: options are one object, with names out of { lr, momentum, dampening, weightDecay, nesterov, maximize }; got 0.1',
  ],
  [
    () => new Adam([leaf()], { learning_rate: 1 } as object),
    'RungsError',
    "Adam() got an unexpected keyword argument 'learning_rate'; there are { lr, betas, eps",
  ],
  [
    () => new Adam([{ params: [leaf()], weight_decay: 1 } as { params: Tensor[] }]),
    'RungsError',
    "Adam() got an unexpected keyword argument 'weight_decay'; write weightDecay",
  ],
  [() => new Adam([leaf()], { betas: [0.9, 1] }), 'RungsError', /^Invalid beta parameter at index 1: 1/],
  [() => new Adam([leaf()], { eps: -1 }), 'RungsError', /^Invalid epsilon value: -1/],
  [
    () => {
      new SGD([leaf()], { lr: 1 }).paramGroups[0]!.lr = Number.NaN
    },
    'RungsError',
    /^Invalid learning rate: NaN/,
  ],
  [
    () => {
      const param = leaf()
      const optimizer = new SGD([param], { lr: 1 })
      param.grad = ones([2])
      optimizer.paramGroups.push({ ...optimizer.paramGroups[0]! })
      optimizer.step()
    },
    'RungsError',
    /^SGD: this group was not made by the optimizer; add it with addParamGroup\(group\)/,
  ],
]

test.for(rows)('%s', ([call, name, message]) => {
  const error = thrown(call)
  expect(error.name).toBe(name)
  expect(error.message).toMatch(message)
})
