// Lesson 10. What if you want another gradient than the right one?
import {
  AutogradError,
  AutogradFunction,
  cpu,
  type FunctionContext,
  grad,
  gradcheck,
  gradgradcheck,
  linspace,
  manualSeed,
  noGrad,
  randn,
  round,
  type Tensor,
  tensor,
} from '@rungs/autograd'
import { code, lines, plot, progress } from '@rungs/lesson'

// A function of your own is a class with two halves. forward computes, and nothing in it is noted
// for gradients. backward gets the message from behind, and what forward has kept for it.
class MyReLU extends AutogradFunction {
  static forward(ctx: FunctionContext, x: Tensor): Tensor {
    ctx.saveForBackward(x)
    return x.clamp({ min: 0 })
  }
  static backward(ctx: FunctionContext, gradient: Tensor): Tensor {
    const [x] = ctx.savedTensors
    return gradient.mul(x.gt(0))
  }
}
console.log(`MyReLU at -1, 0, 2: ${await MyReLU.apply(tensor([-1, 0, 2])).format()}`)
const recorded = MyReLU.apply(tensor([1, 2], { requiresGrad: true })).sum()
const { name } = recorded.gradFn!.nextFunctions[0]!
console.log(`It stands in the graph like any other: ${await recorded.format()}, behind ${name}`)

// Is a backward right? gradcheck nudges each number up and down, in float64, as lesson 8 did by
// hand.
class Cube extends AutogradFunction {
  static forward(ctx: FunctionContext, x: Tensor): Tensor {
    ctx.saveForBackward(x)
    return x.pow(3)
  }
  static backward(ctx: FunctionContext, gradient: Tensor): Tensor {
    return gradient.mul(ctx.savedTensors[0].pow(2)).mul(3)
  }
}
class WrongCube extends AutogradFunction {
  static forward = Cube.forward
  static backward(ctx: FunctionContext, gradient: Tensor): Tensor {
    return gradient.mul(ctx.savedTensors[0].pow(2)).mul(2) // the mistake
  }
}
const points = tensor([-1.5, 0.4, 2], { dtype: 'float64', device: cpu, requiresGrad: true })
export const cubeIsRight = gradcheck((x) => Cube.apply(x), [points])
export let complaint = ''
try {
  gradcheck((x) => WrongCube.apply(x), [points])
} catch (error) {
  if (!(error instanceof AutogradError)) throw error
  complaint = error.message
}
console.log(`gradcheck of Cube: ${cubeIsRight}`)
code(complaint, { title: 'gradcheck of WrongCube' })

// Cube.backward is made of tensor operations, so it is noted itself, and gradients have gradients:
// 3x², 6x, 6.
export const twiceIsRight = gradgradcheck((x) => Cube.apply(x), [points])
const at = tensor(2, { dtype: 'float64', device: cpu, requiresGrad: true })
export const derivatives: number[] = []
let y = Cube.apply(at)
for (let order = 1; order <= 3; order++) {
  ;[y] = grad([y], [at], { createGraph: true })
  derivatives.push(await y.item())
}
console.log(`x³ at 2 is 8, and its derivatives are ${derivatives.join(', ')}.`)

// A gradient that is wrong on purpose. Rounding is flat almost everywhere: its gradient is 0, and
// nothing in front of it can learn. The straight-through estimator says: going back, let us pretend
// that there was no rounding.
class StraightThrough extends AutogradFunction {
  static forward(_: FunctionContext, x: Tensor): Tensor {
    return round(x)
  }
  static backward(_: FunctionContext, gradient: Tensor): Tensor {
    return gradient // Try: gradient.neg(), a gradient reversed. Where do the weights go?
  }
}

// Find a filter of whole numbers, 9 of them, from what it does to some signals.
manualSeed(0)
const hidden = tensor([1, -2, 0, 3, -1, 0, 2, -3, 1])
const signals = randn([64, 9])
const wanted = signals.mv(hidden)
const ways: Record<string, (weights: Tensor) => Tensor> = {
  'round, as it is': (weights) => round(weights),
  'round, straight through': (weights) => StraightThrough.apply(weights),
}
export const losses: Record<string, number[]> = {}
export const found: Record<string, number[]> = {}
const curves = lines(losses, {
  title: 'Mean squared error of a filter of whole numbers',
  x: 'step',
})
for (const [way, rounded] of Object.entries(ways)) {
  const weights = tensor(new Array(9).fill(0.2), { requiresGrad: true })
  losses[way] = []
  for (const _ of progress(60, way)) {
    const loss = signals.mv(rounded(weights)).sub(wanted).pow(2).mean()
    losses[way].push(await loss.item())
    loss.backward()
    noGrad(() => weights.sub_(weights.grad!, { alpha: 0.05 }))
    weights.grad = null
  }
  found[way] = (await round(weights).toArray()) as number[]
  console.log(`${way}: ${found[way].join(', ')}`)
}
curves.update(losses)

// What the two see of the same function:
const x = linspace(-2.4, 2.4, 97).requiresGrad_()
const [straight] = grad([StraightThrough.apply(x).sum()], [x])
const pairs = async (heights: Tensor): Promise<[number, number][]> => {
  const [places, values] = [await x.toTypedArray(), await heights.toTypedArray()]
  return Array.from(places, (place, i) => [place, values[i]])
}
plot(
  {
    lines: {
      'round(x)': await pairs(round(x)),
      'its gradient, as pretended': await pairs(straight),
    },
  },
  { title: 'Flat, and yet with a slope', x: 'x' },
)
