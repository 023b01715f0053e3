// jax-js's training step. Functions consume their arguments; `.ref` is for arguments that are used again.
import * as jax from '@jax-js/jax'
import { Absent, type Program } from '../lib/contestant.ts'
import {
  BATCH,
  HIDDEN,
  INPUTS,
  initialNetwork,
  LEARNING_RATE,
  lossAndWeights,
  OUTPUTS,
  type TwoLayerStep,
} from '../suites/twoLayerStep.ts'

const np = jax.numpy

type Weights = [w1: jax.Array, w2: jax.Array]
type Step = (w1: jax.Array, w2: jax.Array, x: jax.Array, y: jax.Array) => [loss: jax.Array, ...Weights]

function byHand(w1: jax.Array, w2: jax.Array, x: jax.Array, y: jax.Array): ReturnType<Step> {
  const h = np.matmul(x.ref, w1.ref)
  const hRelu = jax.nn.relu(h.ref)
  const error = np.matmul(hRelu.ref, w2.ref).sub(y)
  const loss = np.sum(np.square(error.ref))
  const gradPrediction = error.mul(2)
  const gradW2 = np.matmul(np.transpose(hRelu), gradPrediction.ref)
  const gradHRelu = np.matmul(gradPrediction, np.transpose(w2.ref))
  const gradH = np.where(np.less(h, 0), 0, gradHRelu)
  const gradW1 = np.matmul(np.transpose(x), gradH)
  return [loss, w1.sub(gradW1.mul(LEARNING_RATE)), w2.sub(gradW2.mul(LEARNING_RATE))]
}

function lossOf(w1: jax.Array, w2: jax.Array, x: jax.Array, y: jax.Array): jax.Array {
  return np.sum(np.square(np.matmul(jax.nn.relu(np.matmul(x, w1)), w2).sub(y)))
}

function withGrad(w1: jax.Array, w2: jax.Array, x: jax.Array, y: jax.Array): ReturnType<Step> {
  const [loss, [gradW1, gradW2]] = jax.valueAndGrad(lossOf, { argnums: [0, 1] })(w1.ref, w2.ref, x, y)
  return [loss, w1.sub(gradW1.mul(LEARNING_RATE)), w2.sub(gradW2.mul(LEARNING_RATE))]
}

export function trainingStep({ form }: TwoLayerStep): Program {
  switch (form) {
    case 'byHand':
      return repeat(byHand)
    case 'autograd':
      return repeat(withGrad)
    case 'jit':
      return repeat(jax.jit(withGrad))
    case 'nn':
      throw new Absent('jax-js has functions, no modules')
    case 'optim':
      throw new Absent('optimisers are a package of their own, @jax-js/optax')
  }
}

/** "Call this regularly in an iterative computation": lazy results are computed when they are waited for. */
const STEPS_BETWEEN_WAITS = 4

function repeat(step: Step): Program {
  const initial = initialNetwork()
  const x = np.array(initial.x, { shape: [BATCH, INPUTS] })
  const y = np.array(initial.y, { shape: [BATCH, OUTPUTS] })
  let w1 = np.array(initial.w1, { shape: [INPUTS, HIDDEN] })
  let w2 = np.array(initial.w2, { shape: [HIDDEN, OUTPUTS] })
  let loss: jax.Array | undefined
  let steps = 0
  const wait = () => jax.blockUntilReady([loss!, w1, w2])
  return {
    step() {
      loss?.dispose()
      ;[loss, w1, w2] = step(w1, w2, x.ref, y.ref)
      return ++steps % STEPS_BETWEEN_WAITS === 0 ? wait() : undefined
    },
    finish: wait,
    async result() {
      const data = async (array: jax.Array) => (await array.ref.data()) as Float32Array
      return lossAndWeights((await data(loss!))[0]!, await data(w1), await data(w2))
    },
  }
}
