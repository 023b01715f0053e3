import { crossEntropy, manualSeed, noGrad, optim, type Tensor } from 'rungs'
import { randomAffine } from './affine.ts'
import { batches } from './batches.ts'
import { DigitNet } from './digitNet.ts'
import type { Examples } from './digits.ts'
import { meanOf } from './meanOf.ts'

export interface DigitTraining {
  readonly seed?: number
  readonly epochs?: number
  readonly batchSize?: number
  /** The highest learning rate. */
  readonly lr?: number
}

export interface DigitEpoch {
  readonly model: DigitNet
  /** Passes over the training images so far. */
  readonly epoch: number
  /** Mean over this pass. */
  readonly loss: number
}

/** Train a network from the start; gives it after every pass over the images. */
export async function* trainDigits(
  { images, labels }: Examples,
  { seed = 0, epochs = 40, batchSize = 64, lr = 6e-3 }: DigitTraining = {},
): AsyncGenerator<DigitEpoch> {
  const generator = manualSeed(seed)
  const model = new DigitNet()
  const optimizer = new optim.AdamW(model.parameters(), { lr })
  const stepsPerEpoch = Math.ceil(images.shape[0]! / batchSize)
  const schedule = new optim.OneCycleLR(optimizer, { maxLr: lr, epochs, stepsPerEpoch })
  for (let epoch = 1; epoch <= epochs; epoch++) {
    model.train()
    const losses: Tensor[] = []
    for (const [x, y] of batches([images, labels], { batchSize, generator })) {
      const turned = randomAffine(x, { degrees: 15, scale: 0.15, shift: 0.8, generator })
      const loss = crossEntropy(model.forward(turned), y)
      optimizer.zeroGrad()
      loss.backward()
      optimizer.step()
      schedule.step()
      losses.push(loss.detach())
    }
    yield { model, epoch, loss: await meanOf(losses) }
  }
}

/** The fraction of images that a network reads right. */
export function accuracy(model: DigitNet, { images, labels }: Examples): Promise<number> {
  model.eval()
  return noGrad(() => model.forward(images).argmax(1).eq(labels).float().mean()).item()
}
