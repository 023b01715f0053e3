// TensorFlow.js's training step. Its graph mode is a package apart for saved models, so there is no jit.
import * as tf from '@tensorflow/tfjs-core'
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

export function trainingStep({ form }: TwoLayerStep): Program {
  if (form === 'jit') throw new Absent('tfjs compiles no training step')
  if (form === 'nn') throw new Absent('layers are a package of their own, tfjs-layers')
  const initial = initialNetwork()
  const x = tf.tensor2d(initial.x, [BATCH, INPUTS])
  const y = tf.tensor2d(initial.y, [BATCH, OUTPUTS])
  const w1 = tf.variable(tf.tensor2d(initial.w1, [INPUTS, HIDDEN]))
  const w2 = tf.variable(tf.tensor2d(initial.w2, [HIDDEN, OUTPUTS]))

  function byHand(): tf.Scalar {
    const h = tf.matMul<tf.Tensor2D>(x, w1)
    const hRelu = tf.relu(h)
    const error = tf.sub(tf.matMul(hRelu, w2), y)
    const loss = tf.sum<tf.Scalar>(tf.square(error))
    const gradPrediction = tf.mul<tf.Tensor2D>(error, 2)
    const gradW2 = tf.matMul(hRelu, gradPrediction, true, false)
    const gradHRelu = tf.matMul(gradPrediction, w2, false, true)
    const gradH = tf.mul<tf.Tensor2D>(gradHRelu, tf.step(h))
    const gradW1 = tf.matMul(x, gradH, true, false)
    w1.assign(tf.sub(w1, tf.mul(gradW1, LEARNING_RATE)))
    w2.assign(tf.sub(w2, tf.mul(gradW2, LEARNING_RATE)))
    return loss
  }

  function autograd(): tf.Scalar {
    const forward = () => tf.sum<tf.Scalar>(tf.square(tf.sub(tf.matMul(tf.relu(tf.matMul(x, w1)), w2), y)))
    const { value, grads } = tf.variableGrads(forward, [w1, w2])
    for (const w of [w1, w2]) w.assign(tf.sub(w, tf.mul(grads[w.name]!, LEARNING_RATE)))
    return value
  }

  if (form !== 'optim') return repeat(form === 'byHand' ? byHand : autograd, () => [w1, w2])

  const b1 = tf.variable(tf.tensor1d(initial.b1))
  const b2 = tf.variable(tf.tensor1d(initial.b2))
  const optimizer = tf.train.sgd(LEARNING_RATE)
  function withBiases(): tf.Scalar {
    const h = tf.relu(tf.add(tf.matMul(x, w1), b1))
    return tf.sum(tf.square(tf.sub(tf.add(tf.matMul(h, w2), b2), y)))
  }
  return repeat(
    () => optimizer.minimize(withBiases, true, [w1, b1, w2, b2])!,
    () => [w1, w2],
  )
}

/** The loss is kept until the next step, and read at the end so that the work is done. */
export function repeat(step: () => tf.Scalar, weights: () => readonly [tf.Tensor, tf.Tensor]): Program {
  let loss: tf.Scalar | undefined
  return {
    step() {
      loss?.dispose()
      loss = tf.tidy(step)
    },
    // The last update is queued after the loss, so that is what is waited for.
    async finish() {
      const one = tf.tidy(() => tf.slice(tf.reshape(weights()[1], [-1]), 0, 1))
      await Promise.all([loss!.data(), one.data()])
      one.dispose()
    },
    async result() {
      const [w1, w2] = weights()
      return lossAndWeights((await loss!.data())[0]!, await w1.data(), await w2.data())
    },
  }
}
