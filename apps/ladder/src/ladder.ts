import type { Device } from '@rungs/ndarray'
import { type CurveKind, type GoldenCurve, type GoldenTraining, loadTraining } from '@rungs/testing'
import * as numpy from './rungs/1-numpy.ts'
import * as torch from './rungs/2-torch.ts'
import * as webgpu from './rungs/3-webgpu.ts'
import * as autograd from './rungs/4-autograd.ts'
import * as nn from './rungs/5-nn.ts'
import * as sgd from './rungs/6-sgd.ts'
import * as adam from './rungs/7-adam.ts'
import * as ownModule from './rungs/8-module.ts'
import * as dynamic from './rungs/9-dynamic.ts'

export interface Rung {
  readonly title: string
  /** What it adds to the rung below, in one line. */
  readonly lesson: string
  /** The file to open. */
  readonly file: string
  /** Where it runs. */
  readonly device: 'processor' | 'webgpu'
  /** Whose losses it is compared with. */
  readonly teacher: 'NumPy' | 'PyTorch'
  /** Those losses. */
  readonly golden: GoldenCurve
  /** How closely. */
  readonly kind: CurveKind
  /** Makes the data and the network, then gives the loss of each step, still to be read. */
  train(device: Device): Generator<{ item(): Promise<number> }>
}

type Run = Exclude<keyof GoldenTraining, 'seed002_bug'>

/** The rungs from the lowest up, each trained elsewhere from the same random numbers as here. */
export function ladder(): readonly Rung[] {
  const training = loadTraining()
  const rung = (run: Run, row: Pick<Rung, 'title' | 'lesson' | 'file' | 'train'> & Partial<Rung>): Rung => ({
    device: 'processor',
    teacher: 'PyTorch',
    kind: 'float32',
    golden: training[run],
    ...row,
  })
  return [
    rung('numpy_two_layer_seed0_f64', {
      title: 'By hand, as with NumPy',
      lesson: "Forward, backward, update, written out: float64 and NumPy's random numbers.",
      file: '1-numpy.ts',
      teacher: 'NumPy',
      kind: 'float64',
      train: numpy.train,
    }),
    rung('torch_manual_seed0', {
      title: 'By hand, as with PyTorch',
      lesson: "The same with float32 and PyTorch's random numbers.",
      file: '2-torch.ts',
      train: torch.train,
    }),
    rung('torch_manual_seed0', {
      title: 'By hand, on WebGPU',
      lesson: 'The same code: an operation runs where its arrays live.',
      file: '3-webgpu.ts',
      device: 'webgpu',
      train: webgpu.train,
    }),
    rung('torch_autograd_seed0', {
      title: 'With autograd',
      lesson: 'loss.backward() takes the place of the backward pass.',
      file: '4-autograd.ts',
      train: autograd.train,
    }),
    rung('nn_inplace_sum_1e-4', {
      title: 'With nn',
      lesson: 'Layers hold the weights: Sequential, Linear, ReLU, MSELoss.',
      file: '5-nn.ts',
      train: nn.train,
    }),
    rung('nn_inplace_sum_1e-4', {
      title: 'With optim: SGD',
      lesson: 'optimizer.step() takes the place of the update.',
      file: '6-sgd.ts',
      train: sgd.train,
    }),
    rung('adam_sum_1e-4', {
      title: 'With optim: Adam',
      lesson: 'One line differs: a step size of its own for every parameter.',
      file: '7-adam.ts',
      train: adam.train,
    }),
    rung('twolayernet_sgd_sum_1e-4', {
      title: 'A Module of your own',
      lesson: 'A class: its layers are fields, its computation is forward().',
      file: '8-module.ts',
      train: ownModule.train,
    }),
    rung('dynamicnet_momentum_0.9', {
      title: 'A network that changes',
      lesson: "One layer is used 0 to 3 times a step, as Python's random module says.",
      file: '9-dynamic.ts',
      kind: 'dynamic',
      train: dynamic.train,
    }),
  ]
}
