// This project's training step of the networks in apps/learning.
import type { Device } from '@rungs/ndarray'
import type { Program } from '../lib/contestant.ts'
import { type LearningStep, learn } from '../suites/learningStep.ts'
import { repeat } from './rungsTwoLayerStep.ts'

export function learningStep({ network }: LearningStep, device: Device): Program {
  const { step, weights } = learn(network, device)
  return repeat(step, device, () => weights)
}
