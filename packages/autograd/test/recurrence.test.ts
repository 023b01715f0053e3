import { createCpuDevice } from '@rungs/ndarray'
import { describe, expect, test } from 'vitest'
import * as t from '../src/index.ts'
import { grad, randn, recurrence, type Tensor } from '../src/index.ts'

const cells = Object.entries({ tanh: t.tanhCell, relu: t.reluCell, lstm: t.lstmCell, gru: t.gruCell })

/** Calls of kernels since the last look. */
function counting() {
  const device = createCpuDevice()
  let [maps, contractions] = [0, 0]
  const { map, contract } = device
  device.map = (...given) => {
    maps++
    map.apply(device, given)
  }
  device.contract = (...given) => {
    contractions++
    contract.apply(device, given)
  }
  const look = () => {
    const seen = { maps, contractions }
    maps = 0
    contractions = 0
    return seen
  }
  return { device, look }
}

describe.for(cells)('a recurrence of %s', ([, cell]) => {
  const [B, H] = [2, 3]
  const make = (T: number, device = t.cpu): [Tensor, Tensor, Tensor, ...Tensor[]] => {
    const on = { requiresGrad: true, device } as const
    const states = Array.from({ length: cell.states }, () => randn([B, H], on))
    const width = cell.gates * H
    return [randn([T, B, width], on), randn([width, H], on), randn([width], on), ...states]
  }

  test('takes a product and a kernel a step, forward and back', () => {
    const { device, look } = counting()
    const cost = (T: number) => {
      const [x, weight, bias, ...states] = make(T, device)
      const upstream = randn([cell.states, T, B, H], { device })
      look()
      const out = recurrence(cell, x, weight, bias, states)
      const forward = look()
      grad([out], [x, weight, bias, ...states], { gradOutputs: [upstream] })
      return { forward, backward: look() }
    }
    const [short, long] = [cost(2), cost(7)]
    for (const pass of ['forward', 'backward'] as const) {
      expect(long[pass].maps - short[pass].maps).toBe(5)
      expect(long[pass].contractions - short[pass].contractions).toBe(5)
    }
  })

  test('gives the same gradients by single operations', () => {
    const [x, weight, bias, ...states] = make(4)
    const inputs = [x, weight, bias, ...states]
    const upstream = randn([cell.states, 4, B, H])
    const fused = grad([recurrence(cell, x, weight, bias, states)], inputs, { gradOutputs: [upstream] })
    const single = grad([recurrence(cell, x, weight, bias, states)], inputs, {
      gradOutputs: [upstream],
      createGraph: true,
    })
    fused.forEach((gradient, i) => {
      const [found, expected] = [gradient, single[i]!].map((g) => Array.from(g.toTypedArraySync()))
      // Sums over steps are made in another order.
      expected!.forEach((value, j) => {
        expect(Math.abs(value - found![j]!)).toBeLessThanOrEqual(1e-6 + 1e-5 * Math.abs(value))
      })
    })
  })

  test('computes only the gradients that are wanted', () => {
    const [x, weight, bias, ...states] = make(2).map((each) => each.detach()) as ReturnType<typeof make>
    states.at(-1)!.requiresGrad_()
    const out = recurrence(cell, x, weight, bias, states)
    out.sum().backward()
    expect(states.at(-1)!.grad!.shape).toEqual([B, H])
    expect(weight.grad).toBeNull()
  })
})

test('the rectified cell has no slope at 0', () => {
  const x = t.zeros([1, 1, 1], { requiresGrad: true })
  recurrence(t.reluCell, x, t.ones([1, 1]), null, [t.zeros([1, 1])])
    .sum()
    .backward()
  expect(x.grad!.itemSync()).toBe(0)
})
