import { CharacterModel, DigitNet } from '@rungs/learning'
import { cpu, crossEntropy, type Device, type DType, fromTypedArray, type nn, optim, type Tensor } from 'rungs'
import { uniform } from '../lib/data.ts'
import type { Suite } from '../lib/suite.ts'
import { places } from './moving.ts'
import { lossAndWeights } from './twoLayerStep.ts'

/** The networks of `apps/learning`, as they are trained there but for what is random: dropout and moves of images. */
export interface LearningStep {
  readonly suite: 'learningStep'
  readonly network: 'digits' | 'characters'
}

const IMAGES = 64
const [PIECES, LENGTH, ALPHABET] = [16, 64, 78]
const LEARNING_RATE = 1 / 16

export const learningStep: Suite<LearningStep> = {
  id: 'learningStep',
  goesOn: true,
  title: 'One training step of networks that learn',
  about:
    'The networks of [learning](learning.md): two convolutions and a linear layer for 64 images of 8×8; a transformer of ' +
    'three layers, 96 wide, for 16 pieces of 64 characters. Forward, backward and an SGD optimiser’s update, eager. Right is ' +
    'what ours gives on the cpu in float64.',
  columns: [
    { title: 'digits', what: { suite: 'learningStep', network: 'digits' } },
    { title: 'characters', what: { suite: 'learningStep', network: 'characters' } },
  ],
  expected({ network }, steps) {
    const { step, weights } = learn(network, cpu, 'float64')
    let loss = step()
    for (let i = 1; i < steps; i++) loss = step()
    const [first, last] = weights.map((weight) => weight.toTypedArraySync())
    return lossAndWeights(loss.itemSync(), first!, last!)
  },
}

interface Learning {
  /** Takes a step and gives the loss before it. */
  step(): Tensor
  /** The first and the last parameter. */
  readonly weights: readonly [Tensor, Tensor]
}

export function learn(network: LearningStep['network'], device: Device, dtype: DType = 'float32'): Learning {
  const { model, lossOf } = network === 'digits' ? digits(device, dtype) : characters(device)
  fill(model)
  model.eval().to(dtype).to(device)
  const parameters = model.parameters()
  const optimizer = new optim.SGD(parameters, { lr: LEARNING_RATE })
  return {
    step() {
      const loss = lossOf()
      optimizer.zeroGrad()
      loss.backward()
      optimizer.step()
      return loss
    },
    weights: [parameters[0]!.detach(), parameters.at(-1)!.detach()],
  }
}

interface Task {
  readonly model: nn.Module
  lossOf(): Tensor
}

function digits(device: Device, dtype: DType): Task {
  const model = new DigitNet()
  const images = fromTypedArray(uniform(IMAGES * 64, 80), [IMAGES, 1, 8, 8], { device, dtype })
  const labels = fromTypedArray(places(IMAGES, 10, 81), [IMAGES], { device })
  return { model, lossOf: () => crossEntropy(model.forward(images), labels) }
}

function characters(device: Device): Task {
  const model = new CharacterModel(ALPHABET, { width: 96, depth: 3, context: LENGTH })
  const text = fromTypedArray(places(PIECES * LENGTH, ALPHABET, 82), [PIECES, LENGTH], { device })
  const next = fromTypedArray(places(PIECES * LENGTH, ALPHABET, 83), [PIECES * LENGTH], { device })
  return { model, lossOf: () => crossEntropy(model.forward(text).flatten(0, 1), next) }
}

/** The numbers that every contestant begins with: around 1 in weights of norms, around 0 elsewhere. */
function fill(model: nn.Module): void {
  const state = model.namedParameters().map(([name, { shape, size }], i) => {
    const values = fromTypedArray(uniform(size, 90 + i, 1 / 4), shape)
    return [name, name.endsWith('weight') && shape.length === 1 ? values.add(1) : values]
  })
  model.loadStateDict(Object.fromEntries(state))
}
