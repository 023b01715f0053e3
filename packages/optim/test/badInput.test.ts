import { ones, type Tensor } from '@rungs/autograd'
import { expect, test } from 'vitest'
import {
  Adadelta,
  Adagrad,
  Adam,
  Adamax,
  AdamW,
  ElementwiseOptimizer,
  ExponentialMovingAverage,
  LBFGS,
  Lion,
  NAdam,
  type Options,
  RAdam,
  ReduceLROnPlateau,
  RMSprop,
  type Rule,
  SGD,
  StepLR,
} from '../src/index.ts'
import { leaf, thrown } from './support.ts'

const shared = leaf()

/** An optimizer whose formula reads a name that nothing gives. */
class Misspelt extends ElementwiseOptimizer<Options, object> {
  static override typeName = 'Misspelt'
  protected override check(): void {}
  protected override scalars(): Record<string, number> {
    return {}
  }
  protected override rule(): Rule<'param' | 'momentun'> {
    return { update: ({ momentun }) => ({ param: momentun }) }
  }
}

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
    () => new Adam([leaf()], { betas: 0.9 as unknown as [number, number] }),
    'RungsError',
    /^Invalid beta parameter at index 0: 0\.9/,
  ],
  [() => new Adam([leaf()], { lr: -1 }), 'RungsError', /^Invalid learning rate: -1/],
  [() => new AdamW([leaf()], { weightDecay: -1 }), 'RungsError', /^Invalid weight_decay value: -1/],
  [() => new RMSprop([leaf()], { alpha: -1 }), 'RungsError', /^Invalid alpha value: -1/],
  [() => new RMSprop([leaf()], { momentum: -1 }), 'RungsError', /^Invalid momentum value: -1/],
  [() => new Adagrad([leaf()], { lrDecay: -1 }), 'RungsError', /^Invalid lr_decay value: -1/],
  [
    () => new Adagrad([leaf()], { initialAccumulatorValue: -1 }),
    'RungsError',
    /^Invalid initial_accumulator_value value: -1/,
  ],
  [() => new Adadelta([leaf()], { rho: 1.5 }), 'RungsError', /^Invalid rho value: 1\.5/],
  [() => new Adadelta([leaf()], { eps: -1 }), 'RungsError', /^Invalid epsilon value: -1/],
  [() => new Adamax([leaf()], { betas: [1, 0.9] }), 'RungsError', /^Invalid beta parameter at index 0: 1/],
  [() => new NAdam([leaf()], { momentumDecay: -1 }), 'RungsError', /^Invalid momentum_decay value: -1/],
  [() => new RAdam([leaf()], { betas: [0.9, -1] }), 'RungsError', /^Invalid beta parameter at index 1: -1/],
  [() => new Lion([leaf()], { betas: [0.9, 2] }), 'RungsError', /^Invalid beta parameter at index 1: 2/],
  [() => new Lion([leaf()], { eps: 1 } as object), 'RungsError', /^Lion\(\) got an unexpected keyword argument 'eps'/],
  [
    () => new LBFGS([{ params: [leaf()] }, { params: [leaf()] }]),
    'RungsError',
    /^LBFGS doesn't support per-parameter options \(parameter groups\)/,
  ],
  [
    () => new LBFGS([leaf()]).addParamGroup({ params: [leaf()] }),
    'RungsError',
    /^LBFGS doesn't support per-parameter options/,
  ],
  [
    () => new LBFGS([leaf()], { lineSearchFn: 'armijo' as 'strong_wolfe' }),
    'RungsError',
    /^only 'strong_wolfe' is supported/,
  ],
  [() => new LBFGS([leaf()], { maxIter: 0 }), 'RungsError', /^LBFGS: maxIter must be a positive integer, got 0/],
  [() => new LBFGS([leaf()], { historySize: 1.5 }), 'RungsError', /^LBFGS: historySize must be a positive integer/],
  [() => new LBFGS([leaf()], { toleranceGrad: -1 }), 'RungsError', /^Invalid tolerance_grad value: -1/],
  [() => new Misspelt([leaf()], { lr: 1 }), 'RungsError', 'Misspelt: the rule reads momentun, which nothing gives'],
  [() => new LBFGS([{ params: [] }]), 'RungsError', /^optimizer got an empty parameter list: new LBFGS/],
  [
    () => new SGD([leaf()], { lr: 1 }).zeroGrad({ setToNone: true } as object),
    'RungsError',
    "zeroGrad() got an unexpected keyword argument 'setToNone'; there are { setToNull }",
  ],
  [
    () => new Adam([leaf()]).loadStateDict({ weight: ones([2]) } as never),
    'RungsError',
    'Adam.loadStateDict: expected { state, paramGroups }, as stateDict() gives it, got { weight }',
  ],
  [
    () => new Adam([leaf()]).loadStateDict(JSON.parse(JSON.stringify(new Adam([leaf()]).stateDict()))),
    'RungsError',
    'Adam: expected a Tensor for step of parameter 0, got 0; make a Tensor with tensor(…)',
  ],
  [
    () => new StepLR(new SGD([leaf()], { lr: 1 }), { stepSize: 1 }).loadStateDict({} as never),
    'RungsError',
    'StepLR.loadStateDict: expected { lastEpoch, baseLrs, lastLr }, as stateDict() gives it, got {  }',
  ],
  [
    () => new ReduceLROnPlateau(new SGD([leaf()], { lr: 1 })).loadStateDict(null as never),
    'RungsError',
    'ReduceLROnPlateau.loadStateDict: expected { best, numBadEpochs, cooldownCounter, lastEpoch, lastLr }, as stateDict() gives it, got null',
  ],
  [
    () => new ExponentialMovingAverage([leaf()]).loadStateDict({ nAveraged: ones([]), averages: [[1, 2]] } as never),
    'RungsError',
    'ExponentialMovingAverage.loadStateDict: expected Tensors',
  ],
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
