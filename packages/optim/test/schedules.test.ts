import { setWarnings, tensor } from '@rungs/autograd'
import { expectClose } from '@rungs/testing'
import { describe, expect, test } from 'vitest'
import {
  Adagrad,
  Adam,
  ChainedScheduler,
  ConstantLR,
  CosineAnnealingLR,
  CosineAnnealingWarmRestarts,
  ExponentialLR,
  LambdaLR,
  LinearLR,
  type LRScheduler,
  MultiStepLR,
  OneCycleLR,
  type Optimizer,
  PolynomialLR,
  ReduceLROnPlateau,
  SequentialLR,
  SGD,
  StepLR,
} from '../src/index.ts'
import { leaf, thrown, values } from './support.ts'

// Rates are looked at here, and no parameter changes.
setWarnings('ignore')

const sgd = (lr = 1): SGD => new SGD([leaf()], { lr, momentum: 0.5 })

/** The rates of the first group from now on, before each of `steps` steps. */
function ratesOf(optimizer: Optimizer, schedules: readonly { step(): void }[], steps: number): number[] {
  return Array.from({ length: steps }, () => {
    const { lr } = optimizer.paramGroups[0]!
    for (const schedule of schedules) schedule.step()
    return lr
  })
}

test('LambdaLR multiplies the base rate, for all groups or for each by its own function', () => {
  const optimizer = new SGD(
    [
      { params: [leaf()], lr: 2 },
      { params: [leaf()], lr: 10 },
    ],
    { lr: 1 },
  )
  const schedule = new LambdaLR(optimizer, { lrLambda: [(t) => 1 / (1 + t), (t) => 0.5 ** t] })
  schedule.step()
  schedule.step()
  expect(schedule.getLastLr()).toEqual([2 / 3, 2.5])
})

test('a schedule that goes before its optimizer says so, once it has', () => {
  const shown: string[] = []
  const before = setWarnings((text) => shown.push(text))
  const [early, late] = [sgd(), sgd()]
  late.step()
  const schedules = [early, late].map((optimizer) => new StepLR(optimizer, { stepSize: 2 }))
  // A run that goes on has steps behind it.
  for (const schedule of [...schedules, new StepLR(early, { stepSize: 2, lastEpoch: 0 })]) {
    schedule.step()
    schedule.step()
  }
  setWarnings(before)
  expect(shown).toEqual([
    expect.stringMatching(/^Detected call of `lr_scheduler.step\(\)` before `optimizer.step\(\)`/),
  ])
})

test('a rate may pass through zero', () => {
  const optimizer = sgd()
  const schedule = new LambdaLR(optimizer, { lrLambda: (t) => t / 2 })
  expect(ratesOf(optimizer, [schedule], 4)).toEqual([0, 0.5, 1, 1.5])
})

test('a warm-up, then a cosine', () => {
  const optimizer = sgd()
  const schedulers = [
    new LinearLR(optimizer, { startFactor: 0.25, totalIters: 3 }),
    new CosineAnnealingLR(optimizer, { tMax: 4 }),
  ]
  const schedule = new SequentialLR(optimizer, { schedulers, milestones: [3] })
  const cosine = [0, 1, 2, 3, 4].map((t) => (1 + Math.cos((Math.PI * t) / 4)) / 2)
  expectClose(ratesOf(optimizer, [schedule], 8), [0.25, 0.5, 0.75, ...cosine], { relative: 1e-15, absolute: 1e-16 })
})

test('schedules that are called one after the other multiply', () => {
  const optimizer = sgd()
  const schedules = [new ExponentialLR(optimizer, { gamma: 0.9 }), new MultiStepLR(optimizer, { milestones: [2, 4] })]
  const expected = [0, 1, 2, 3, 4].map((t) => 0.9 ** t * 0.1 ** Math.floor(t / 2))
  expectClose(ratesOf(optimizer, schedules, 5), expected, { relative: 1e-14 })
})

test('what the user makes of a rate stays', () => {
  const optimizer = sgd()
  const schedule = new StepLR(optimizer, { stepSize: 2, gamma: 0.5 })
  schedule.step()
  optimizer.paramGroups[0]!.lr = 8
  expect(ratesOf(optimizer, [schedule], 4)).toEqual([8, 4, 4, 2])
})

test('a rate that nobody else touches does not drift', () => {
  const optimizer = sgd(0.1)
  const schedule = new CosineAnnealingWarmRestarts(optimizer, { t0: 1000, etaMin: 0.01 })
  const rates = ratesOf(optimizer, [schedule], 5001)
  expect([0, 1000, 5000].map((t) => rates[t])).toEqual([0.1, 0.1, 0.1])
  expect(rates[4500]).toBe(rates[500])
})

test('step takes an epoch, or a fraction of one', () => {
  const optimizer = sgd()
  const schedule = new CosineAnnealingWarmRestarts(optimizer, { t0: 2, tMult: 2 })
  for (const epoch of [0.5, 4, 2.25]) schedule.step(epoch)
  expect(schedule.getLastLr()[0]).toBeCloseTo((1 + Math.cos((Math.PI * 0.25) / 4)) / 2, 14)
  expect(schedule.lastEpoch).toBe(2.25)
})

test('groups that come later keep their rates', () => {
  const optimizer = sgd()
  const schedules = [
    new ExponentialLR(optimizer, { gamma: 0.5 }),
    new ReduceLROnPlateau(optimizer, { patience: 0 }),
  ] as const
  optimizer.addParamGroup({ params: [leaf()], lr: 7 })
  for (const metric of [1, 1]) {
    schedules[0].step()
    schedules[1].step(metric)
  }
  expect(optimizer.paramGroups.map(({ lr }) => lr)).toEqual([0.25 * 0.1, 7])
})

test('schedules that are part of others know where they are', () => {
  const optimizer = sgd()
  const parts = [new LinearLR(optimizer), new ExponentialLR(optimizer, { gamma: 0.5 })] as const
  const schedule = new SequentialLR(optimizer, { schedulers: parts, milestones: [2] })
  for (let t = 0; t < 3; t++) schedule.step()
  expect(parts.map(({ lastEpoch }) => lastEpoch)).toEqual([1, 1])
  expect(parts[1].getLastLr()).toEqual([0.5])
})

test('OneCycleLR stays at its end for one step, and refuses the next', () => {
  const optimizer = sgd()
  const schedule = new OneCycleLR(optimizer, { maxLr: 1, totalSteps: 4, annealStrategy: 'linear' })
  const rates = ratesOf(optimizer, [schedule], 4)
  expect(schedule.getLastLr()).toEqual([rates[3]])
  expect(() => schedule.step()).toThrow(/^Tried to step 5 times\. The specified number of total steps is 4/)
})

test('the momentum of a cycle is what the optimizer uses', () => {
  const param = tensor([0], { dtype: 'float64', requiresGrad: true })
  const optimizer = new SGD([param], { lr: 1 })
  const schedule = new OneCycleLR(optimizer, { maxLr: 1, totalSteps: 6 })
  let [x, m] = [0, 0]
  for (let t = 0; t < 5; t++) {
    const { lr, momentum } = optimizer.paramGroups[0]!
    param.grad = tensor([1], { dtype: 'float64' })
    optimizer.step()
    schedule.step()
    m = momentum * m + 1
    x -= lr * m
  }
  expectClose(values(param), [x], { relative: 1e-14 })
})

describe('a schedule goes on where it was stopped', () => {
  const rows: readonly (readonly [name: string, make: (optimizer: SGD) => LRScheduler])[] = [
    ['StepLR', (o) => new StepLR(o, { stepSize: 2 })],
    ['MultiStepLR', (o) => new MultiStepLR(o, { milestones: [2, 5] })],
    ['ExponentialLR', (o) => new ExponentialLR(o, { gamma: 0.7 })],
    ['ConstantLR', (o) => new ConstantLR(o)],
    ['LinearLR', (o) => new LinearLR(o, { totalIters: 6 })],
    ['PolynomialLR', (o) => new PolynomialLR(o, { totalIters: 6, power: 2 })],
    ['CosineAnnealingLR', (o) => new CosineAnnealingLR(o, { tMax: 5, etaMin: 0.1 })],
    ['CosineAnnealingWarmRestarts', (o) => new CosineAnnealingWarmRestarts(o, { t0: 2, tMult: 2 })],
    ['OneCycleLR', (o) => new OneCycleLR(o, { maxLr: 2, totalSteps: 9 })],
    ['LambdaLR', (o) => new LambdaLR(o, { lrLambda: (t) => 1 / (t + 1) })],
    [
      'ChainedScheduler',
      (o) => new ChainedScheduler([new ConstantLR(o), new CosineAnnealingLR(o, { tMax: 5, etaMin: 0.1 })]),
    ],
    [
      'SequentialLR',
      (o) =>
        new SequentialLR(o, { schedulers: [new LinearLR(o), new ExponentialLR(o, { gamma: 0.9 })], milestones: [3] }),
    ],
  ]

  test.for(rows)('%s from its state', ([, make]) => {
    const [first, second] = [sgd(), sgd()]
    const [a, b] = [make(first), make(second)]
    for (let t = 0; t < 4; t++) a.step()
    second.loadStateDict(first.stateDict())
    b.loadStateDict(JSON.parse(JSON.stringify(a.stateDict())))
    expect(b.getLastLr()).toEqual(a.getLastLr())
    for (let t = 0; t < 4; t++) {
      a.step()
      b.step()
      expect(second.paramGroups[0]).toEqual({ ...first.paramGroups[0], params: second.paramGroups[0]!.params })
    }
  })

  test('by lastEpoch alone', () => {
    const optimizer = sgd()
    const schedule = new ExponentialLR(optimizer, { gamma: 0.5 })
    for (let t = 0; t < 3; t++) schedule.step()
    const later = new ExponentialLR(optimizer, { gamma: 0.5, lastEpoch: schedule.lastEpoch })
    expect([later.lastEpoch, ...later.getLastLr()]).toEqual([4, 0.0625])
  })

  test('ReduceLROnPlateau from its state', () => {
    const [first, second] = [sgd(), sgd()]
    const options = { patience: 1, cooldown: 1, factor: 0.5 }
    const [a, b] = [new ReduceLROnPlateau(first, options), new ReduceLROnPlateau(second, options)]
    const metrics = [3, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1]
    for (const metric of metrics.slice(0, 4)) a.step(metric)
    second.loadStateDict(first.stateDict())
    b.loadStateDict(a.stateDict())
    for (const metric of metrics.slice(4)) {
      a.step(metric)
      b.step(metric)
      expect(b.getLastLr()).toEqual(a.getLastLr())
    }
    expect(a.getLastLr()[0]).toBeLessThan(1)
  })
})

describe('bad input', () => {
  const rows: readonly (readonly [call: () => unknown, message: RegExp])[] = [
    [() => new StepLR({} as Optimizer, { stepSize: 1 }), /^Object is not an Optimizer: new StepLR\(optimizer/],
    [() => new LambdaLR(null as unknown as Optimizer, { lrLambda: () => 1 }), /^null is not an Optimizer/],
    [() => new StepLR(sgd(), { stepSize: 0 }), /^Expected positive integer step_size, but got 0/],
    [() => new StepLR(sgd(), {} as { stepSize: number }), /^Expected positive integer step_size, but got undefined/],
    [
      () => new StepLR(sgd(), { stepSize: 1, step: 2 } as { stepSize: number }),
      /^StepLR\(\) got an unexpected keyword/,
    ],
    [() => new StepLR(sgd(), { stepSize: 1, gamma: Number.NaN }), /^StepLR: gamma must be a finite number, got NaN/],
    [
      () => new MultiStepLR(sgd(), {} as { milestones: number[] }),
      /^MultiStepLR: milestones must be a list of numbers/,
    ],
    [() => new ExponentialLR(sgd(), {} as { gamma: number }), /^ExponentialLR: gamma must be a finite number/],
    [() => new LambdaLR(sgd(), { lrLambda: [] }), /^expected 1 values for lrLambda, got 0/],
    [() => new LambdaLR(sgd(), { lrLambda: 1 as unknown as () => number }), /^LambdaLR: lrLambda must be a function/],
    [() => new CosineAnnealingLR(sgd(), { tMax: 1.5 }), /^Expected positive integer T_max, but got 1\.5/],
    [() => new CosineAnnealingWarmRestarts(sgd(), { t0: -1 }), /^Expected positive integer T_0, but got -1/],
    [() => new CosineAnnealingWarmRestarts(sgd(), { t0: 1, tMult: 0 }), /^Expected integer T_mult >= 1, but got 0/],
    [
      () => new LinearLR(sgd(), { startFactor: 0 }),
      /^Starting multiplicative factor expected to be greater than 0 and less or equal to 1\./,
    ],
    [() => new LinearLR(sgd(), { endFactor: 2 }), /^Ending multiplicative factor expected to be between 0 and 1\./],
    [() => new ConstantLR(sgd(), { factor: 2 }), /^Constant multiplicative factor expected to be between 0 and 1\./],
    [() => new PolynomialLR(sgd(), { totalIters: 0 }), /^Expected positive integer total_iters, but got 0/],
    [
      () => new OneCycleLR(sgd(), { maxLr: 1 }),
      /^You must define either total_steps OR \(epochs AND steps_per_epoch\)/,
    ],
    [() => new OneCycleLR(sgd(), { maxLr: 1, totalSteps: 0 }), /^Expected positive integer total_steps, but got 0/],
    [
      () => new OneCycleLR(sgd(), { maxLr: 1, totalSteps: 2, pctStart: 2 }),
      /^Expected float between 0 and 1 pct_start, but got 2/,
    ],
    [
      () => new OneCycleLR(sgd(), { maxLr: 1, totalSteps: 2, annealStrategy: 'step' as 'cos' }),
      /^anneal_strategy must be one of 'cos' or 'linear', instead got step/,
    ],
    [
      () => new OneCycleLR(sgd(), { totalSteps: 2 } as never),
      /^OneCycleLR: maxLr must be a number of at least 0, or one for each group, got undefined/,
    ],
    [() => new OneCycleLR(sgd(), { maxLr: [1, 2], totalSteps: 2 }), /^expected 1 values for max_lr, got 2/],
    [
      () => new OneCycleLR(new Adagrad([leaf()]), { maxLr: 1, totalSteps: 2 }),
      /^optimizer must support momentum or beta1 with `cycle_momentum` option enabled/,
    ],
    [() => new ReduceLROnPlateau(sgd(), { factor: 1 }), /^Factor should be < 1\.0\./],
    [() => new ReduceLROnPlateau(sgd(), { mode: 'low' as 'min' }), /^mode low is unknown!/],
    [() => new ReduceLROnPlateau(sgd(), { thresholdMode: 'x' as 'rel' }), /^threshold mode x is unknown!/],
    [() => new ReduceLROnPlateau(sgd(), { minLr: [0, 0] }), /^expected 1 values for min_lrs, got 2/],
    [
      () => new ReduceLROnPlateau(sgd()).step(tensor(1) as unknown as number),
      /^ReduceLROnPlateau\.step\(metric\): expected a number, got object; await x\.item\(\)/,
    ],
    [
      () => new ChainedScheduler([]),
      /^ChainedScheduler expects at least one scheduler to be chained, but got no scheduler/,
    ],
    [
      () => new ChainedScheduler([new ConstantLR(sgd()), new ConstantLR(sgd())]),
      /^ChainedScheduler expects all schedulers to belong to the same optimizer, but got schedulers at index 0 and 1/,
    ],
    [
      () => new SequentialLR(sgd(), { schedulers: [new ConstantLR(sgd())], milestones: [] }),
      /^Sequential Schedulers expects all schedulers to belong to the same optimizer/,
    ],
    [
      () => {
        const optimizer = sgd()
        return new SequentialLR(optimizer, { schedulers: [new ConstantLR(optimizer)], milestones: [1] })
      },
      /^Sequential Schedulers expects number of schedulers provided to be one more than the number of milestone points/,
    ],
    [
      () => {
        const optimizer = sgd()
        const schedulers = [new ConstantLR(optimizer), new ConstantLR(optimizer)]
        return new SequentialLR(optimizer, { schedulers, milestones: [0] })
      },
      /^SequentialLR: milestones must rise from more than 0, got \[0\]/,
    ],
    [
      () => {
        const optimizer = sgd()
        const plateau = new ReduceLROnPlateau(optimizer) as unknown as LRScheduler
        return new ChainedScheduler([plateau])
      },
      /^ChainedScheduler expects schedules of epochs, but the one at index 0 is none/,
    ],
    [
      () => new StepLR(sgd(), { stepSize: 1, lastEpoch: 3 }),
      /^param 'initial_lr' is not specified in param_groups\[0\] when resuming an optimizer/,
    ],
    [
      () => {
        const two = new Adam([{ params: [leaf()] }, { params: [leaf()] }])
        new ConstantLR(sgd()).loadStateDict(new ConstantLR(two).stateDict())
      },
      /^ConstantLR: the loaded state is of 2 groups, the optimizer has 1/,
    ],
  ]
  test.for(rows)('%s', ([call, message]) => {
    const error = thrown(call)
    expect(error.name).toBe('RungsError')
    expect(error.message).toMatch(message)
  })
})
