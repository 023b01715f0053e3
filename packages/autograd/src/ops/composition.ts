import { grad } from '../grad.ts'
import { enableGrad, isGradEnabled } from '../gradMode.ts'
import type { Tensor } from '../tensor.ts'

/**
 * The gradient of a function whose value has a kernel of its own, from the same function composed of operations that have
 * gradients. @param x what the function was called with; @param g the gradient of its result.
 */
export function gradientOf(compose: (x: Tensor) => Tensor, x: Tensor, g: Tensor): Tensor {
  const recorded = isGradEnabled()
  const own = recorded ? x : x.detach().requiresGrad_()
  return enableGrad(() => {
    const y = compose(own).reshape(g.shape)
    return grad([y], [own], { gradOutputs: [g], createGraph: recorded })[0]!
  })
}
