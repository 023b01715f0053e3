import { arange, crossEntropy, fromTypedArray, type nn, noGrad, RungsError, type Tensor, tensor } from 'rungs'
import type { Text } from './text.ts'

/** Says after every character what may come next. */
export interface Predictor extends nn.Module {
  /** How many characters it sees at most. */
  readonly context: number
  /** Characters (N, L) to scores (N, L, alphabet) of those that follow. */
  forward(characters: Tensor): Tensor
}

/** (N, length): the characters from each of the starts (N) on. */
export function piecesAt(characters: Tensor, starts: Tensor, length: number): Tensor {
  const offsets = arange(0, length, 1, { dtype: 'int32', device: starts.device })
  return characters.at(starts.unsqueeze(1).add(offsets))
}

/** (N, L): what each character of pieces (N, L + 1) but the first costs, in nats. */
export function characterLoss(model: Predictor, pieces: Tensor): Tensor {
  const [before, after] = [pieces.slice(1, 0, -1), pieces.slice(1, 1)]
  const scores = model.forward(before)
  return crossEntropy(scores.flatten(0, 1), after.flatten(), { reduction: 'none' }).reshape(after.shape)
}

/** Pieces that are looked at together. */
const BATCH = 64

/**
 * How well a model predicts the held-out characters, in nats a character. Each counts once, and is predicted from at least
 * half a context of characters before it; those before the first are the last of the training part.
 * @throws {RungsError} where the training part is not longer than a context.
 */
export async function heldOutLoss(model: Predictor, text: Text): Promise<number> {
  const { characters, split } = text
  const { context } = model
  if (split <= context) {
    throw new RungsError(`heldOutLoss: the training part has ${split} characters, too few for a context of ${context}`)
  }
  model.eval()
  const fresh = Math.ceil(context / 2)
  const ends = Array.from({ length: Math.ceil((characters.length - split) / fresh) }, (_, i) =>
    Math.min(split + (i + 1) * fresh, characters.length),
  )
  const all = fromTypedArray(characters, [characters.length])
  const costOf = (ends: readonly number[], counted: number): Promise<number> => {
    const starts = tensor(
      ends.map((end) => end - context - 1),
      { dtype: 'int32' },
    )
    return noGrad(() =>
      characterLoss(model, piecesAt(all, starts, context + 1))
        .slice(1, -counted)
        .sum(),
    ).item()
  }
  // The last piece has fewer characters that were not counted before.
  const last = ends.pop()!
  let sum = await costOf([last], last - (ends.at(-1) ?? split))
  for (let i = 0; i < ends.length; i += BATCH) sum += await costOf(ends.slice(i, i + BATCH), fresh)
  return sum / (characters.length - split)
}
