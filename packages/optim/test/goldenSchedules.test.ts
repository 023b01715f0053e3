import { setWarnings } from '@rungs/autograd'
import { expectClose, type GoldenSchedule, loadOptimizers } from '@rungs/testing'
import { expect, test } from 'vitest'
import * as optim from '../src/index.ts'
import { leaf } from './support.ts'

// Rates are looked at here, and no parameter changes.
setWarnings('ignore')

const golden = loadOptimizers()
// Powers and cosines differ by a rounding from Python's, and PyTorch multiplies rates from step to step.
const tolerance = { relative: 1e-12, absolute: 1e-15 }

type Make = new (optimizer: optim.Optimizer, options: object) => optim.LRScheduler

function make(optimizer: optim.Optimizer, { name, schedulers, ...options }: GoldenSchedule): optim.LRScheduler {
  const parts = schedulers?.map((part) => make(optimizer, part))
  if (name === 'ChainedScheduler') return new optim.ChainedScheduler(parts!)
  const schedule = (optim as unknown as Record<string, Make>)[name]!
  return new schedule(optimizer, parts === undefined ? options : { ...options, schedulers: parts })
}

/** An optimizer of two groups, as the golden rows have it. */
function optimizerOf(kind: 'SGD' | 'Adam', groups: readonly { readonly lr: number }[]) {
  const given = groups.map(({ lr }) => ({ params: [leaf()], lr }))
  return kind === 'SGD' ? new optim.SGD(given, { lr: 1, momentum: 0.5 }) : new optim.Adam(given)
}

const title = ({ optimizer, schedule }: (typeof golden.schedules)[number]): string =>
  `${JSON.stringify(schedule)} of ${optimizer}`

test.for(golden.schedules.map((row) => [title(row), row] as const))('%s', ([, row]) => {
  const { optimizer: kind, groups, schedule, rates, momenta } = row
  const optimizer = optimizerOf(kind, groups)
  const scheduler = make(optimizer, schedule)
  const found: number[][] = []
  const moved: number[][] = []
  rates.forEach((_, step) => {
    if (step > 0) scheduler.step()
    found.push(optimizer.paramGroups.map(({ lr }) => lr))
    moved.push(optimizer.paramGroups.map((group) => ('momentum' in group ? group.momentum : group.betas[0])))
    expect(scheduler.getLastLr()).toEqual(found.at(-1))
    expect(scheduler.lastEpoch).toBe(step)
  })
  expectClose(found.flat(), rates.flat(), tolerance, 'rates')
  if (momenta !== undefined) expectClose(moved.flat(), momenta.flat(), tolerance, 'momenta')
})

test.for(golden.plateau)('ReduceLROnPlateau with $options', ({ options, metrics, rates }) => {
  const optimizer = optimizerOf('SGD', [{ lr: 0.1 }, { lr: 0.02 }])
  const scheduler = new optim.ReduceLROnPlateau(optimizer, options)
  const found = metrics.map((metric) => {
    scheduler.step(metric)
    return scheduler.getLastLr()
  })
  expectClose(found.flat(), rates.flat(), tolerance, 'rates')
})
