// Lesson 11. How do a hundred thousand numbers become one thing?
import { manualSeed, noGrad, ones, RungsError, randn, type Tensor } from '@rungs/autograd'
import { code, histogram, lines, progress, table } from '@rungs/lesson'
import { Dropout, Linear, Module, MSELoss, parameter, ReLU, Sequential, summary } from '@rungs/nn'

manualSeed(0)
const x = randn([64, 1000])
const y = randn([64, 10])

// A module is a class with fields: modules and parameters. forward says what becomes of an input.
class TwoLayerNet extends Module {
  static override typeName = 'TwoLayerNet'
  hidden = new Linear(1000, 100)
  output = new Linear(100, 10)

  forward(x: Tensor): Tensor {
    return this.output.forward(this.hidden.forward(x).clamp({ min: 0 }))
  }
}
const model = new TwoLayerNet()
code(String(model), { title: 'As it prints' })
table(
  model.namedParameters().map(([name, weights]) => ({
    name,
    shape: `(${weights.shape.join(', ')})`,
    numbers: weights.size,
  })),
  { title: 'Its parameters, found in its fields' },
)
export const count = model.parameters().reduce((sum, { size }) => sum + size, 0)
console.log(
  `Together ${count.toLocaleString('en')} numbers. Nobody registered them: ` +
    'fields are looked through, and so are arrays, Maps and plain objects in them. ' +
    'A module that stands in two places counts once.',
)

class Tower extends Module {
  static override typeName = 'Tower'
  shared = new Linear(4, 4)
  floors = [this.shared, new ReLU(), this.shared, new ReLU(), new Linear(4, 2)]
  temperature = parameter(randn([1]))

  forward(x: Tensor): Tensor {
    return this.floors.reduce((value, floor) => floor.forward(value), x).mul(this.temperature)
  }
}
const tower = new Tower()
export const towerNames = tower.namedParameters().map(([name]) => name)
console.log(`A tower with a layer in two places: ${towerNames.join(', ')}`)
// Try: let the second floor be a layer of its own. How many parameters are there then?

// A summary calls the model once and writes down what every layer gives. String(…) prints all that
// it knows.
table(
  summary(model, x.shape).rows.map(({ type, outputShape, parameters, multiplyAdds }) => ({
    layer: type,
    gives: `(${outputShape.join(', ')})`,
    numbers: parameters,
    'multiply-adds': multiplyAdds,
  })),
  { title: 'What a summary knows' },
)

// Hooks look into a model that somebody else has written.
const outputs: Record<string, Tensor> = {}
const hooks = [model.hidden, model.output].map((layer) =>
  layer.registerForwardHook((layer, _, out) => {
    outputs[layer === model.hidden ? 'hidden' : 'output'] = out
  }),
)
noGrad(() => model.forward(x))
for (const hook of hooks) hook.remove()
const values = {
  hidden: await outputs.hidden.toTypedArray(),
  output: await outputs.output.toTypedArray(),
}
histogram(values, { title: 'What comes out of the two layers', bins: 40 })

// Some layers do one thing while they learn and another while they are used. train() and eval() say
// which it is.
const dropout = new Dropout(0.5)
const zerosIn = (values: Tensor) => values.eq(0).float().mean().item()
export const dropped = { train: await zerosIn(dropout.forward(ones([1, 1000]))), eval: 0 }
dropout.eval()
dropped.eval = await zerosIn(dropout.forward(ones([1, 1000])))
const dropPercent = Math.round(100 * dropped.train)
console.log(`Dropout sets ${dropPercent} % to 0 in training, and ${dropped.eval} % afterwards.`)

// The values alone are a dict of names. It fits the same model anywhere, PyTorch's too; and nothing
// else.
const saved: Record<string, Tensor> = {}
for (const [name, values] of Object.entries(model.stateDict())) saved[name] = values.clone()
export let complaint = ''
try {
  new Sequential(new Linear(1000, 100), new ReLU(), new Linear(100, 11)).loadStateDict(saved)
} catch (error) {
  if (!(error instanceof RungsError)) throw error
  complaint = error.message
}
code(complaint, { title: 'What another model says to it' })

// Train all of it, and, from the same start, its last layer alone.
const lossFn = new MSELoss({ reduction: 'sum' })
export const losses: Record<string, number[]> = {}
const curves = lines(losses, { title: 'Sum of squared errors', x: 'step', logY: true })
for (const which of ['all layers', 'the last layer alone']) {
  model.loadStateDict(saved)
  model.hidden.requiresGrad_(which === 'all layers') // frozen: no gradients, no update
  losses[which] = []
  for (const _ of progress(100, which)) {
    const loss = lossFn.forward(model.forward(x), y)
    losses[which].push(await loss.item())
    model.zeroGrad()
    loss.backward()
    noGrad(() => {
      for (const p of model.parameters()) if (p.grad !== null) p.sub_(p.grad, { alpha: 1e-4 })
    })
  }
}
curves.update(losses)
const changed = (a: Tensor, b: Tensor) => a.sub(b).abs().amax().item()
export const hiddenChanged = await changed(model.hidden.weight.detach(), saved['hidden.weight'])
table(
  Object.entries(losses).map(([trained, values]) => ({
    trained,
    'loss at 0': values[0].toPrecision(7),
    'at 99': values[99].toPrecision(3),
  })),
)
console.log(`Frozen, the first layer moved by ${hiddenChanged}, and yet the network learned.`)
// Try: freeze the output layer in place of the hidden one. Which of the two can do more by itself?
