import { plain } from '@rungs/lesson/node'
import { cpu } from '@rungs/ndarray'
import { expectClose, type GoldenCurve } from '@rungs/testing'
import { describe, expect, it } from 'vitest'
import { ladder, type Rung } from '../src/ladder.ts'
import { heading, type Outcome, report, summary } from '../src/report.ts'
import { type Result, train } from '../src/training.ts'

/** A loss that falls by a tenth in every hundred steps. */
const losses = Array.from({ length: 500 }, (_, t) => 10 ** (3 - t / 100))
const goldenSteps = [0, 1, 9, 49, 99, 199, 299, 399, 499]
const falling: Rung = {
  title: 'Falling',
  lesson: 'A loss that falls.',
  file: 'fall.ts',
  device: 'processor',
  teacher: 'PyTorch',
  kind: 'float32',
  golden: { first5: losses.slice(0, 5), at: Object.fromEntries(goldenSteps.map((t) => [t, losses[t]!])) },
  *train() {
    for (const loss of losses) yield { item: () => Promise.resolve(loss) }
  },
}

describe('the rungs', () => {
  it.each(ladder())('$file starts with the losses of its golden run', { timeout: 60_000 }, async (rung) => {
    const losses = await firstLosses(rung, 10)
    const golden = [...rung.golden.first5, rung.golden.at[9]!]
    expectClose([...losses.slice(0, 5), losses[9]!], golden, { relative: rung.kind === 'float64' ? 1e-9 : 1e-5 })
  })

  it('are numbered as they are climbed', () => {
    expect(ladder().map(({ file }) => Number.parseInt(file, 10))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
  })
})

describe('training', () => {
  it('reads every loss, in order, and says how far it is', async () => {
    const heard: number[] = []
    const result = await train(falling, cpu, (read) => heard.push(read))
    expect(result.losses).toEqual(losses)
    expect(result.strays).toBeNull()
    expect(heard.at(-1)).toBe(500)
  })

  it('reads seldom where reading waits for the device', async () => {
    let pending = 0
    let most = 0
    const rung: Rung = {
      ...falling,
      *train() {
        for (const loss of losses) {
          most = Math.max(most, ++pending)
          yield {
            item: () => {
              pending--
              return Promise.resolve(loss)
            },
          }
        }
      },
    }
    const { readSync: _, ...asynchronous } = { ...cpu }
    expect((await train(rung, asynchronous as typeof cpu)).losses).toEqual(losses)
    expect(most).toBe(20)
  })

  it('says where a rung strays', async () => {
    const golden: GoldenCurve = { ...falling.golden, at: { ...falling.golden.at, 49: 7 } }
    const { strays } = await train({ ...falling, golden }, cpu)
    expect(strays).toMatch(/^the loss of step 49 is /)
  })
})

describe('the report', () => {
  const outcome: Outcome = { rung: falling, device: 'cpu', result: { losses, msPerStep: 7.2, strays: null } }

  it('heads a rung with its title, its file and its lesson in eighty columns', () => {
    expect(heading(4, falling, plain).split('\n')).toEqual([
      '4  Falling                                         apps/ladder/src/rungs/fall.ts',
      '   A loss that falls.',
    ])
  })

  it('shows the losses beside the golden ones and the curve beside both', () => {
    expect(report(outcome, plain).split('\n')).toEqual([
      "   step        loss   PyTorch's  difference   1e+3┤━━┓",
      '     99     102.329     102.329        none   1e+2┤  ┗━━●━━┓',
      '    199     10.2329     10.2329        none   1e+1┤        ┗━━●━┓',
      '    299     1.02329     1.02329        none   1e+0┤             ┗━━●━┓',
      '    399    0.102329    0.102329        none   1e-1┤                  ┗━━━●━┓',
      '    499   0.0102329   0.0102329        none   1e-2┤                        ┗━━●',
      '   cpu, 7.2 ms a step                             └┬────┬─────┬────┬─────┬────┬▶',
      '                                                   0   99   199  299   399  499',
    ])
  })

  it('puts the reason below where a rung strays, and alone where it did not run', () => {
    const strayed = report(
      { ...outcome, result: { ...outcome.result, strays: 'too high at the end' } as Result },
      plain,
    )
    expect(strayed.split('\n').at(-1)).toBe('   Strays: too high at the end.')
    expect(report({ ...outcome, result: { missing: 'There is no GPU.' } }, plain)).toBe('   Left out. There is no GPU.')
    expect(report({ ...outcome, result: { failure: 'It broke.' } }, plain)).toBe('   Failed. It broke.')
  })

  it('keeps to eighty columns', () => {
    const headings = ladder().map((rung, i) => heading(i + 1, rung, plain))
    const long = { ...outcome, result: { missing: 'There is none, whatever one tries. '.repeat(9) } }
    const lines = [...headings, report(long, plain)].join('\n').split('\n')
    expect(lines.filter((line) => line.length > 80)).toEqual([])
    expect(lines.slice(headings.length * 2).filter((line) => !line.startsWith('   '))).toEqual([])
    expect(lines.length).toBe(headings.length * 2 + 5)
  })

  it('ends with a line for every rung', () => {
    const outcomes: Outcome[] = [
      outcome,
      { ...outcome, device: 'webgpu (software)', result: { losses: [1e-7], msPerStep: 21.04, strays: 'off' } },
      { ...outcome, device: 'webgpu', result: { missing: 'There is no GPU.' } },
      { ...outcome, result: { failure: 'It broke.' } },
    ]
    expect(summary(outcomes, plain).split('\n')).toEqual([
      '   rung                      device             ms/step   last loss   verdict',
      '1  Falling                   cpu                    7.2   0.0102329   as PyTorch',
      '2  Falling                   webgpu (software)     21.0   1.0000e-7   strays',
      '3  Falling                   webgpu                                   left out',
      '4  Falling                   cpu                                      failed',
    ])
  })
})

async function firstLosses({ train }: Rung, count: number): Promise<number[]> {
  const losses: number[] = []
  for (const loss of train(cpu)) {
    losses.push(await loss.item())
    if (losses.length === count) break
  }
  return losses
}
