import {
  type CharacterProgress,
  heldOutLoss,
  loadMobyDick,
  ngramLoss,
  trainCharacters,
  writeText,
} from '@rungs/learning'
import { manualSeed } from 'rungs'
import { readData } from './readData.ts'
import type { CharactersReport, Run } from './report.ts'
import { stopwatch } from './stopwatch.ts'

const SEED = 0
const STEPS = 2000
const BATCH = 16

/** Learn to predict the characters of a novel, and compare with models that count. */
export async function learnCharacters(run: Run): Promise<CharactersReport> {
  const text = await loadMobyDick(readData)
  const counting = { 1: ngramLoss(text, 1), 2: ngramLoss(text, 2), 3: ngramLoss(text, 3) }
  console.log(`Characters of a novel: ${text.split} to learn from, ${text.characters.length - text.split} held out.`)
  const watch = stopwatch()
  const training: { step: number; loss: number }[] = []
  let last: CharacterProgress | undefined
  for await (last of trainCharacters(text, { seed: SEED, steps: STEPS, batchSize: BATCH })) {
    const { step, loss } = last
    training.push({ step, loss })
    console.log(`  step ${step}: ${loss.toFixed(3)} nats a character, after ${watch().wall.toFixed(0)} s`)
  }
  if (last === undefined) throw new RangeError('no step was made')
  const { model } = last
  const took = watch()
  const heldOut = await heldOutLoss(model, text)
  console.log(`  held out: trigrams ${counting[3].toFixed(3)}, transformer ${heldOut.toFixed(3)} nats a character`)
  const written = await writeText(model, text.alphabet, { generator: manualSeed(SEED) })
  console.log(`\n${written.trim()}\n`)
  return {
    ...run,
    parameters: model.parameters().reduce((sum, { size }) => sum + size, 0),
    steps: STEPS,
    seed: SEED,
    charactersOfAStep: BATCH * model.context,
    trainingCharacters: text.split,
    heldOutCharacters: text.characters.length - text.split,
    counting,
    heldOut,
    training,
    took,
    text: written,
  }
}
