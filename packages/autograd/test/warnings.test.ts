import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { mseLoss, noGrad, ones, randn, setWarnings, type Tensor, zeros } from '../src/index.ts'

let warnings: string[] = []
beforeEach(() => {
  warnings = []
  setWarnings((message) => warnings.push(message))
})
afterEach(() => void setWarnings('default'))

describe('a loop in which no parameter changes', () => {
  const x = randn([4, 3])
  const train = (steps: number, update: (w: Tensor) => void): string[] => {
    const w = randn([3, 1], { requiresGrad: true })
    for (let t = 0; t < steps; t++) {
      x.mm(w).pow(2).sum().backward()
      noGrad(() => update(w))
    }
    return warnings
  }
  const reset = (w: Tensor): void => {
    w.grad = null
  }

  test('rebinding a variable in place of changing the parameter is named, with the way out', () => {
    const got = train(4, (w) => {
      let p = w
      p = p.sub(w.grad!, { alpha: 1e-3 })
      reset(w)
    })
    expect(got).toHaveLength(1)
    expect(got[0]).toMatch(/^no parameter has changed since the last backward\(\)/)
    expect(got[0]).toContain('noGrad(() => p.sub_(p.grad, { alpha: lr }))')
  })
  test('it is noticed too where gradients are set to zero in place', () => {
    expect(train(4, (w) => void w.grad!.zero_())).toHaveLength(1)
  })
  test.each<[string, (w: Tensor) => void]>([
    ['a change in place', (w) => reset(w.sub_(w.grad!, { alpha: 1e-3 }))],
    ['new values through data', (w) => reset(Object.assign(w, { data: w.detach().mul(0.9) }))],
    ['gradients that add up on purpose', () => {}],
  ])('%s is no reason to warn', (_, update) => expect(train(8, update)).toEqual([]))
  test('neither is asking for the gradients of three examples', () => expect(train(3, reset)).toEqual([]))
})

describe('a target whose size differs from the input', () => {
  // PyTorch's text, with shapes as this project prints them.
  const text =
    'Using a target size (4,) that is different to the input size (4, 1). This will likely lead to incorrect results due to ' +
    'broadcasting. Please ensure they have the same size.'
  test('is warned about: (4, 1) and (4) broadcast to (4, 4)', async () => {
    const loss = mseLoss(zeros([4, 1]), ones([4]), { reduction: 'none' })
    expect([loss.shape, warnings]).toEqual([[4, 4], [text]])
  })
  test('is not where they are equal', () => {
    mseLoss(zeros([4]), ones([4]))
    expect(warnings).toEqual([])
  })
})
