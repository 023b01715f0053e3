import { accuracy, type DigitEpoch, loadDigits, trainDigits } from '@rungs/learning'
import { readData } from './readData.ts'
import type { DigitsReport, DigitsRun, Run } from './report.ts'
import { stopwatch } from './stopwatch.ts'

const EPOCHS = 40

/** Learn to read digits, once for each seed. */
export async function learnDigits(run: Run, seeds: readonly number[]): Promise<DigitsReport> {
  const { train, heldOut } = await loadDigits(readData)
  const images = heldOut.images.shape[0]!
  console.log(`Handwritten digits: ${train.images.shape[0]} to learn from, ${images} held out; ${EPOCHS} passes.`)
  const runs: DigitsRun[] = []
  let parameters = 0
  for (const seed of seeds) {
    const watch = stopwatch()
    let last: DigitEpoch | undefined
    for await (last of trainDigits(train, { seed, epochs: EPOCHS })) {
      if (last.epoch % 10 === 0) console.log(`  seed ${seed}, pass ${last.epoch}: loss ${last.loss.toFixed(3)}`)
    }
    if (last === undefined) throw new RangeError('no pass was made')
    const took = watch()
    const right = await accuracy(last.model, heldOut)
    console.log(
      `  seed ${seed}: ${(right * 100).toFixed(2)} % of the held-out ones right, after ${took.wall.toFixed(1)} s`,
    )
    parameters = last.model.parameters().reduce((sum, { size }) => sum + size, 0)
    runs.push({ seed, loss: last.loss, accuracy: right, heldOut: images, took })
  }
  return { ...run, parameters, epochs: EPOCHS, runs }
}
