// TensorFlow.js's training step of a deep, narrow network, with the fused layers that its documentation suggests.
import * as tf from '@tensorflow/tfjs-core'
import type { Program } from '../lib/contestant.ts'
import { BATCH, initialNetwork, LEARNING_RATE, WIDTH } from '../suites/deepStep.ts'
import { transpose } from '../suites/twoLayerStep.ts'
import { repeat } from './tfjsTwoLayerStep.ts'

export function deepStep(): Program {
  const initial = initialNetwork()
  const x = tf.tensor2d(initial.x, [BATCH, WIDTH])
  const y = tf.tensor2d(initial.y, [BATCH, WIDTH])
  // Its layers keep a weight as (inputs, outputs).
  const weights = initial.weights.map((w) => tf.variable(tf.tensor2d(transpose(w, WIDTH, WIDTH), [WIDTH, WIDTH])))
  const biases = initial.biases.map((b) => tf.variable(tf.tensor1d(b)))
  const optimizer = tf.train.sgd(LEARNING_RATE)

  function lossOf(): tf.Scalar {
    let h: tf.Tensor2D = x
    weights.forEach((b, i) => {
      const activation = i < weights.length - 1 ? 'relu' : 'linear'
      h = tf.fused.matMul({ a: h, b, bias: biases[i]!, activation }) as tf.Tensor2D
    })
    return tf.mean(tf.squaredDifference(h, y))
  }
  const rowsFirst = (w: tf.Variable): tf.Tensor => tf.transpose(w)
  const step = (): tf.Scalar => optimizer.minimize(lossOf, true, [...weights, ...biases])!
  return repeat(step, () => [rowsFirst(weights[0]!), rowsFirst(weights.at(-1)!)])
}
