import { cat, categorical, type Generator, noGrad } from 'rungs'
import type { Predictor } from './characterLoss.ts'
import { encode } from './text.ts'

export interface WritingOptions {
  /** What the text begins with; an empty line when left out. */
  readonly prompt?: string
  /** How many characters follow; 400 when left out. */
  readonly length?: number
  /** Below 1, what is probable becomes more so; 0.8 when left out. */
  readonly temperature?: number
  readonly generator?: Generator
}

/**
 * A text that a model continues: each character is drawn by the model's scores, and then belongs to what the next is drawn by.
 * @throws {RungsError} for a prompt with characters that the alphabet lacks.
 */
export async function writeText(
  model: Predictor,
  alphabet: readonly string[],
  { prompt = '\n\n', length = 400, temperature = 0.8, generator }: WritingOptions = {},
): Promise<string> {
  model.eval()
  const written = noGrad(() => {
    let characters = encode(alphabet, prompt).unsqueeze(0)
    for (let i = 0; i < length; i++) {
      const scores = model.forward(characters.slice(1, -model.context)).select(1, -1)
      const next = categorical(scores.div(temperature), generator && { generator })
      characters = cat([characters, next.unsqueeze(1)], 1)
    }
    return characters
  })
  return Array.from(await written.toTypedArray(), (number) => alphabet[number]).join('')
}
