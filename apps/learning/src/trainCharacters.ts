import { fromTypedArray, manualSeed, optim, randint, type Tensor } from 'rungs'
import { characterLoss, piecesAt } from './characterLoss.ts'
import { CharacterModel, type CharacterModelOptions } from './characterModel.ts'
import { meanOf } from './meanOf.ts'
import type { Text } from './text.ts'

export interface CharacterTraining extends CharacterModelOptions {
  readonly seed?: number
  readonly steps?: number
  readonly batchSize?: number
  /** The highest learning rate. */
  readonly lr?: number
  /** After how many steps there is news; a tenth of all when left out. */
  readonly every?: number
}

export interface CharacterProgress {
  readonly model: CharacterModel
  /** Steps so far. */
  readonly step: number
  /** Nats a character, mean since the last news. */
  readonly loss: number
}

/** Train a model from the start on pieces from anywhere in the training part of a text; gives it now and then. */
export async function* trainCharacters(
  { alphabet, characters, split }: Text,
  {
    seed = 0,
    steps = 2000,
    batchSize = 16,
    lr = 5e-3,
    every = Math.ceil(steps / 10),
    ...shape
  }: CharacterTraining = {},
): AsyncGenerator<CharacterProgress> {
  const generator = manualSeed(seed)
  const model = new CharacterModel(alphabet.length, shape)
  const optimizer = new optim.AdamW(model.parameters(), { lr, betas: [0.9, 0.95], weightDecay: 0.1 })
  const schedule = new optim.OneCycleLR(optimizer, { maxLr: lr, totalSteps: steps, pctStart: 0.1 })
  const train = fromTypedArray(characters.subarray(0, split), [split])
  let losses: Tensor[] = []
  for (let step = 1; step <= steps; step++) {
    const starts = randint(0, split - model.context, [batchSize], { generator })
    const loss = characterLoss(model, piecesAt(train, starts, model.context + 1)).mean()
    optimizer.zeroGrad()
    loss.backward()
    optim.clipGradNorm_(model.parameters(), 1)
    optimizer.step()
    schedule.step()
    losses.push(loss.detach())
    if (step % every === 0 || step === steps) {
      yield { model, step, loss: await meanOf(losses) }
      losses = []
    }
  }
}
