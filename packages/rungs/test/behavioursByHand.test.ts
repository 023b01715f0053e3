// Each name begins with the number of a behaviour that the project promises: gradients that users write themselves, by
// functions and by classes, equal those of backward().
import { expectClose } from '@rungs/testing'
import { describe, expect, test } from 'vitest'
import * as r from '../src/index.ts'
import {
  drawn,
  forwardAndBackward,
  fresh,
  lin,
  linGrad,
  model,
  mse,
  mseGrad,
  relu,
  reluGrad,
  Value,
  x,
} from './byHand.ts'
import { type Tensor, values } from './support.ts'

const { tensor } = r

interface Step {
  call(...inputs: Value[]): Value
  backward(): void
}
class Relu implements Step {
  declare input: Value
  declare out: Value
  call(input: Value): Value {
    this.input = input
    return (this.out = new Value(relu(input.t)))
  }
  backward(): void {
    reluGrad(this.input, this.out)
  }
}
class Lin implements Step {
  readonly w: Value
  readonly b: Value
  declare input: Value
  declare out: Value
  constructor(w: Value, b: Value) {
    this.w = w
    this.b = b
  }
  call(input: Value): Value {
    this.input = input
    return (this.out = new Value(lin(input.t, this.w.t, this.b.t)))
  }
  backward(): void {
    linGrad(this.input, this.out, this.w, this.b)
  }
}
class Mse implements Step {
  declare input: Value
  call(input: Value): Value {
    this.input = input
    return new Value(mse(input.t))
  }
  backward(): void {
    mseGrad(this.input)
  }
}
class Model {
  readonly layers: readonly Step[]
  readonly loss: Step
  constructor(layers: readonly Step[], loss: Step) {
    this.layers = layers
    this.loss = loss
  }
  call(input: Value): Value {
    return this.loss.call(this.layers.reduce((value, layer) => layer.call(value), input))
  }
  backward(): void {
    this.loss.backward()
    for (const layer of this.layers.toReversed()) layer.backward()
  }
}

/** What Relu, Lin and Mse have in common: arguments, output, and a backward pass that is called with both. */
abstract class LayerFunction implements Step {
  args: readonly Value[] = []
  declare out: Value
  call(...args: Value[]): Value {
    this.args = args
    return (this.out = new Value(this.forward(...args.map(({ t }) => t))))
  }
  forward(..._: Tensor[]): Tensor {
    throw new Error('not implemented')
  }
  bwd(_out: Value, ..._args: Value[]): void {
    throw new Error('not implemented')
  }
  backward(): void {
    this.bwd(this.out, ...this.args)
  }
}
class ReluFunction extends LayerFunction {
  override forward = relu
  override bwd = (out: Value, input: Value): void => reluGrad(input, out)
}
class LinFunction extends LayerFunction {
  readonly w: Value
  readonly b: Value
  constructor(w: Value, b: Value) {
    super()
    this.w = w
    this.b = b
  }
  override forward = (input: Tensor): Tensor => lin(input, this.w.t, this.b.t)
  override bwd = (out: Value, input: Value): void => linGrad(input, out, this.w, this.b)
}
class MseFunction extends LayerFunction {
  override forward = mse
  override bwd = (_: Value, input: Value): void => mseGrad(input)
}

const trained = (layers: readonly Step[], loss: Step, input: Value): void => {
  const network = new Model(layers, loss)
  expect(network.call(input).t.shape).toEqual([])
  network.backward()
}

describe('gradients by hand equal those of backward() within 1e-5', () => {
  const rows: readonly (readonly [name: string, run: (v: readonly Value[]) => void])[] = [
    ['rows 68 and 69: functions mseGrad, reluGrad and linGrad, which write g', forwardAndBackward],
    [
      'row 70: classes Relu, Lin, Mse and Model',
      ([input, w1, b1, w2, b2]) => trained([new Lin(w1!, b1!), new Relu(), new Lin(w2!, b2!)], new Mse(), input!),
    ],
    [
      'row 71: classes on a base LayerFunction',
      ([input, w1, b1, w2, b2]) =>
        trained([new LinFunction(w1!, b1!), new ReluFunction(), new LinFunction(w2!, b2!)], new MseFunction(), input!),
    ],
  ]
  test.for(rows)('%s', ([, run]) => {
    const byHand = fresh()
    run(byHand)
    const [input, ...weights] = byHand.map(({ t }) => t.clone().requiresGrad_())
    mse(model(weights, input)).backward()
    for (const [i, leaf] of [input!, ...weights].entries()) {
      expect(byHand[i]!.g!.shape).toEqual(leaf.shape)
      expectClose(values(byHand[i]!.g!), values(leaf.grad!), { relative: 1e-5, absolute: 1e-6 }, `gradient ${i}`)
    }
  })
})

test("row 71: the base is abstract, and a class that leaves out its forward or bwd hears 'not implemented'", () => {
  class Empty extends LayerFunction {}
  const layer = new Empty()
  expect(() => layer.call(new Value(x))).toThrow('not implemented')
  expect(() => layer.backward()).toThrow('not implemented')
  // @ts-expect-error: what is abstract has no instances
  expect(() => new LayerFunction().forward(x)).toThrow('not implemented')
})

test('row 66: a neuron over lists, relu(sum(x * w) + bias), is linear and relu', () => {
  const [inputs, weights, bias] = [
    [1, -2, 3],
    [
      [0.5, 1, 0.25],
      [1, 2, -1],
    ],
    [0.125, -0.5],
  ] as const
  const neuron = (w: readonly number[], b: number): number =>
    Math.max(
      0,
      inputs.map((value, i) => value * w[i]!).reduce((sum, value) => sum + value, b),
    )
  const layer = r.linear(tensor([...inputs]), tensor(weights.map((w) => [...w])), tensor([...bias]))
  expect(values(layer)).toEqual([-0.625, -6.5])
  expect(values(layer.relu())).toEqual(weights.map((w, i) => neuron(w, bias[i]!)))
})

test('row 67: the model gives (200, 1), and mse with squeeze a scalar', () => {
  const output = model(drawn.slice(2))
  expect([output.shape, mse(output).shape]).toEqual([[200, 1], []])
})

test('row M10: lin takes weights of (in, out), Linear keeps (out, in)', () => {
  const layer = new r.nn.Linear(100, 50)
  expect(layer.weight.shape).toEqual([50, 100])
  expectClose(values(layer.forward(x)), values(lin(x, layer.weight.t(), layer.bias!)), {
    relative: 1e-5,
    absolute: 1e-6,
  })
})
