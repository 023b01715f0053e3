import { describe, expect, test, vi } from 'vitest'
import { createCpuDevice, RungsError, Timing, timeit } from '../src/index.ts'
import { formatTime } from '../src/timeit.ts'

describe('a timing reads as IPython writes it', () => {
  test.each([
    [[0.325, 0.325], 20, '325 ms ± 0 ns per loop (mean ± std. dev. of 2 runs, 20 loops each)'],
    [[1e-6], 1, '1 µs ± 0 ns per loop (mean ± std. dev. of 1 run, 1 loop each)'],
    [[2e-3, 4e-3], 1e6, '3 ms ± 1 ms per loop (mean ± std. dev. of 2 runs, 1,000,000 loops each)'],
    [
      [1e-3, 9e-3],
      10,
      'The slowest run took 9.00 times longer than the fastest. This could mean that an intermediate result is being ' +
        'cached.\n5 ms ± 4 ms per loop (mean ± std. dev. of 2 runs, 10 loops each)',
    ],
  ])('%j', (times, loops, text) => expect(String(new Timing(times, loops))).toBe(text))
})

// From IPython.core.magics.execution._format_time.
test.each([
  [0.32512, '325 ms'],
  [0.000801, '801 µs'],
  [4.884e-4, '488 µs'],
  [2.69e-5, '26.9 µs'],
  [6.42e-6, '6.42 µs'],
  [1.5e-10, '0.15 ns'],
  [0, '0 ns'],
  [1, '1 s'],
  [59.94, '59.9 s'],
  [125, '2min 5s'],
  [90061, '1d 1h 1min 1s'],
])('%s seconds are %s', (seconds, text) => expect(formatTime(seconds)).toBe(text))

test('every loop of every run is called, and promises and the device are awaited', async () => {
  const device = createCpuDevice()
  let turns = 0
  const counting = Object.assign(Object.create(device), { turn: async () => void turns++ })
  let calls = 0
  const timing = await timeit(async () => void calls++, { loops: 3, runs: 4, device: counting })
  expect([calls, turns, timing.times.length]).toEqual([12, 8, 4])
})

test('without a number of loops a run takes at least 0.2 s', async () => {
  let now = 0
  vi.spyOn(performance, 'now').mockImplementation(() => now)
  const timing = await timeit(() => void (now += 3), { runs: 2 })
  vi.restoreAllMocks()
  expect([timing.loops, ...timing.times]).toEqual([100, 0.003, 0.003])
})

test('impossible counts are refused', async () => {
  await expect(timeit(() => 0, { loops: 0 })).rejects.toThrow(RungsError)
  await expect(timeit(() => 0, { loops: 1, runs: 1.5 })).rejects.toThrow(
    'runs must be an integer of 1 or more, got 1.5',
  )
})
