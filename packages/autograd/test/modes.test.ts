import { describe, expect, test } from 'vitest'
import {
  AutogradError,
  detectAnomaly,
  enableGrad,
  inferenceMode,
  isAnomalyEnabled,
  isGradEnabled,
  isInferenceModeEnabled,
  noGrad,
  ones,
  setGradEnabled,
  type Tensor,
  tensor,
} from '../src/index.ts'

const leaf = (...values: number[]): Tensor => tensor(values, { requiresGrad: true })

/** What of recording and inference is on. */
const mode = (): string => `${isGradEnabled() ? 'recording' : 'paused'}${isInferenceModeEnabled() ? ', inference' : ''}`

describe('modes hold', () => {
  const scopes = { noGrad, enableGrad, inferenceMode }
  const inside = { noGrad: 'paused', enableGrad: 'recording', inferenceMode: 'paused, inference' }
  test.each(Object.entries(scopes))('%s: while a function runs, and what it throws ends it', (name, scoped) => {
    expect(scoped(() => [mode()])).toEqual([inside[name as keyof typeof inside]])
    expect(mode()).toBe('recording')
    const fails = (): never => {
      throw new RangeError('no')
    }
    expect(() => scoped(fails)).toThrow('no')
    expect(mode()).toBe('recording')
  })

  test.each(Object.entries(scopes))('%s: to the end of a block', (name, scoped) => {
    {
      using _ = scoped()
      expect(mode()).toBe(inside[name as keyof typeof inside])
    }
    expect(mode()).toBe('recording')
  })

  test('setGradEnabled: at once, to the end of a block, or while a function runs', () => {
    const forever = setGradEnabled(false)
    expect(mode()).toBe('paused')
    {
      using _ = setGradEnabled(true)
      expect(mode()).toBe('recording')
    }
    expect([mode(), setGradEnabled(true, mode), mode()]).toEqual(['paused', 'recording', 'paused'])
    forever[Symbol.dispose]()
    expect(mode()).toBe('recording')
  })

  test('one inside another: the innermost decides', () => {
    const seen = noGrad(() => [mode(), enableGrad(() => noGrad(() => mode())), enableGrad(mode), mode()])
    expect(seen).toEqual(['paused', 'paused', 'recording', 'paused'])
    const nested = inferenceMode(() => [noGrad(mode), setGradEnabled(false, mode), enableGrad(mode), mode()])
    expect(nested).toEqual(['paused, inference', 'paused, inference', 'recording', 'paused, inference'])
  })

  test.each([[[0, 1, 2]], [[1, 0, 2]], [[2, 0, 1]], [[0, 2, 1]], [[1, 2, 0]], [[2, 1, 0]]])(
    'closed in the order %j, the last one open decides',
    (order) => {
      const opened = [noGrad(), enableGrad(), inferenceMode()]
      const modes = ['paused', 'recording', 'paused, inference']
      const open = new Set([0, 1, 2])
      for (const i of order) {
        opened[i]![Symbol.dispose]()
        open.delete(i)
        expect(mode()).toBe(open.size === 0 ? 'recording' : modes[Math.max(...open)])
        // A second time changes nothing.
        opened[i]![Symbol.dispose]()
      }
    },
  )

  test('what a function leaves open ends with it, and may be closed later', () => {
    let left: Disposable | undefined
    enableGrad(() => {
      left = noGrad()
    })
    expect(mode()).toBe('recording')
    using _ = noGrad()
    left![Symbol.dispose]()
    expect(mode()).toBe('paused')
  })

  test('across an await, each of two functions has its own way out', async () => {
    const first = async (): Promise<void> => {
      using _ = noGrad()
      await Promise.resolve()
    }
    const second = async (): Promise<string> => {
      await Promise.resolve()
      using _ = inferenceMode()
      await Promise.resolve()
      await Promise.resolve()
      return mode()
    }
    expect(await Promise.all([first(), second()])).toEqual([undefined, 'paused, inference'])
    expect(mode()).toBe('recording')
  })

  test.each<[string, () => unknown, string]>([
    ['noGrad', () => noGrad(async () => 1), 'noGrad: the function must be synchronous'],
    ['inferenceMode', () => inferenceMode(async () => 1), 'inferenceMode: the function must be synchronous'],
    ['setGradEnabled', () => setGradEnabled(true, async () => 1), 'setGradEnabled: the function must be synchronous'],
    ['detectAnomaly', () => detectAnomaly(async () => 1), 'detectAnomaly: the function must be synchronous'],
    ['no mode', () => setGradEnabled(1 as unknown as boolean), 'setGradEnabled: expected true or false, got 1'],
    ['no function', () => noGrad(5 as unknown as () => void), 'noGrad: expected a function, got 5'],
    [
      'an undefined one',
      () => noGrad(undefined as unknown as () => void),
      'noGrad: expected a function, got undefined',
    ],
    [
      'nor has',
      () => setGradEnabled(false, undefined as unknown as () => 1),
      'setGradEnabled: expected a function, got und',
    ],
  ])('%s refuses what it cannot do', (_, run, text) => {
    expect(run).toThrow(AutogradError)
    expect(run).toThrow(text)
    expect([mode(), isAnomalyEnabled()]).toEqual(['recording', false])
  })
})

describe('tensors of inferenceMode', () => {
  const text =
    'Inference tensors cannot be saved for backward. To work around you can make a clone to get a normal tensor and use it in autograd.'

  test('record nothing, and cannot be saved for backward; a clone can', () => {
    const w = leaf(2, 3)
    const x = inferenceMode(() => w.mul(2))
    expect([x.requiresGrad, x.isLeaf, x.isInference, w.isInference]).toEqual([false, true, true, false])
    expect(() => w.mul(x)).toThrow(text)
    expect(() => w.mul(x)).toThrow(AutogradError)
    w.mul(x.clone()).sum().backward()
    expect(w.grad!.toArraySync()).toEqual([4, 6])
  })

  test('take part where nothing is saved', () => {
    const w = leaf(2, 3)
    const x = inferenceMode(() => ones([2]))
    w.add(x).sum().backward()
    expect(w.grad!.toArraySync()).toEqual([1, 1])
  })

  test('are told by their memory: views of them are too, views of others are not', () => {
    const w = leaf(2, 3)
    const [x, view] = inferenceMode(() => [ones([2]), w.slice(0, 0, 1)])
    expect([x.t().isInference, x.slice(0, 1).isInference, view.isInference]).toEqual([true, true, false])
    x.mul_(3)
    expect([x.isInference, x.toArraySync()]).toEqual([true, [3, 3]])
    expect(inferenceMode(() => noGrad(() => ones([1]))).isInference).toBe(true)
    expect(inferenceMode(() => enableGrad(() => ones([1]))).isInference).toBe(false)
  })

  test('may require a gradient inside only', () => {
    const x = inferenceMode(() => ones([2]))
    expect(() => x.requiresGrad_()).toThrow('Setting requires_grad=True on inference tensor outside InferenceMode')
    expect(inferenceMode(() => ones([2], { requiresGrad: true })).requiresGrad).toBe(true)
  })
})
