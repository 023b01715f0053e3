import { paintFor, progressBar } from '@rungs/lesson/node'
import { RungsError, setDefaultDevice } from '@rungs/ndarray'
import { openProcessor, openWebGpu } from './device.ts'
import { ladder, type Rung } from './ladder.ts'
import { heading, type Outcome, report, showLoss, summary } from './report.ts'
import { train } from './training.ts'

// Whoever reads our output may have seen enough, as `head` does.
process.stdout.on('error', () => process.exit())

const paint = paintFor(process.stdout)
const started = performance.now()

console.log(`One network, written nine times: each rung of the ladder takes one more tool.
It has two layers (1000 numbers in, 100 hidden, 10 out) and learns 64 examples.
NumPy or PyTorch trained it elsewhere from the same random numbers: their losses
stand beside ours, and are the dots on the curves.
`)

const outcomes: Outcome[] = []
for (const [i, rung] of ladder().entries()) {
  console.log(heading(i + 1, rung, paint))
  const outcome = await climb(rung)
  console.log(`${report(outcome, paint)}\n`)
  outcomes.push(outcome)
}

console.log(`${summary(outcomes, paint)}

All in ${((performance.now() - started) / 1000).toFixed(0)} seconds. Where to go next:
   apps/ladder/src/rungs   the nine programs above: change a line, start again
   npx -y pnpm@10 lesson   fifteen lessons, one idea each
   packages                the rungs themselves, each with ten lines to run
   docs/architecture.md    how a call travels from a method to a device`)

process.exitCode = outcomes.every(isExpected) ? 0 : 1

/** Runs a rung; whatever goes wrong becomes part of the outcome, so that the rest go on. */
async function climb(rung: Rung): Promise<Outcome> {
  let bar: ReturnType<typeof progressBar> | null = null
  let device: string = rung.device
  try {
    const place = await (rung.device === 'webgpu' ? openWebGpu() : openProcessor())
    if ('missing' in place) return { rung, device, result: place }
    if (place.note) console.log(`   ${place.note}`)
    device = place.name
    // The rungs from the fourth on say nothing about devices.
    setDefaultDevice(place.device)
    if (process.stdout.isTTY) bar = progressBar({ title: '  ', total: 500 }, process.stdout)
    const result = await train(rung, place.device, (read, loss) =>
      bar?.update(read, { note: `loss ${showLoss(loss)}` }),
    )
    return { rung, device, result }
  } catch (error) {
    return { rung, device, result: { failure: describe(error) } }
  } finally {
    bar?.stop()
  }
}

/** Our own errors say what to do; of others it matters where they come from. */
function describe(error: unknown): string {
  if (error instanceof RungsError) return error.message
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

function isExpected({ result }: Outcome): boolean {
  return 'missing' in result || ('losses' in result && result.strays === null)
}
