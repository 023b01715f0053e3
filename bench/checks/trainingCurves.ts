import type { Device } from '@rungs/ndarray'
import {
  adam,
  byAutograd,
  byHand,
  losses,
  normalData,
  type Step,
  sequential,
  withNet,
} from '../../packages/rungs/test/runs.ts'
import training from '../../packages/testing/golden/training.json' with { type: 'json' }
import { expectCurve } from '../../packages/testing/src/curve.ts'
import type { GoldenTraining } from '../../packages/testing/src/golden.ts'

/** PyTorch's losses; the file spells what JSON has no number for, which these runs do not have. */
const golden = training as unknown as GoldenTraining
const STEPS = 500

/** A training run whose losses PyTorch's are known for. */
export interface TrainingCurve {
  readonly name: string
  /**
   * Takes 500 steps, or as many as are wanted, and gives their number.
   * @throws {ToleranceError} where a loss is not as PyTorch's.
   */
  run(steps?: number): Promise<number>
}

type Run = 'torch_manual_seed0' | 'torch_autograd_seed0' | 'adam_sum_1e-4'

/** The runs that a device has to get right: gradients by hand, by `backward()`, and modules with an optimiser. */
export function trainingCurves(device: Device): readonly TrainingCurve[] {
  const curve = (name: string, make: () => Step, key: Run): TrainingCurve => ({
    name,
    run: async (steps = STEPS) => {
      expectCurve(await losses(make(), steps), golden[key], 'float32')
      return steps
    },
  })
  return [
    curve('by hand', () => byHand(normalData({ device })), 'torch_manual_seed0'),
    curve('autograd', () => byAutograd(normalData({ device })), 'torch_autograd_seed0'),
    curve('Adam', () => withNet({ model: sequential, reduction: 'sum', update: adam, device }), 'adam_sum_1e-4'),
  ]
}
