// This project's training step of the networks in apps/learning.
import type { Device } from '@rungs/ndarray'
import { tidy } from 'rungs'
import type { Program } from '../lib/contestant.ts'
import { type LearningStep, learn } from '../suites/learningStep.ts'
import { repeat } from './rungsTwoLayerStep.ts'

export function learningStep({ network }: LearningStep, device: Device): Program {
  const { step, weights } = learn(network, device)
  // Memory comes back at once, where it would wait for the collector otherwise.
  return repeat(
    () => tidy(step),
    device,
    () => weights,
  )
}
