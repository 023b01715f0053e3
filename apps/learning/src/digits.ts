import type { Tensor } from 'rungs'
import { readIdx } from './idx.ts'
import type { ReadFile } from './readFile.ts'

export interface Examples {
  /** (N, 1, 8, 8), 0 to 1. */
  readonly images: Tensor
  /** (N), what they show: 0 to 9. */
  readonly labels: Tensor
}

export interface Digits {
  readonly train: Examples
  readonly heldOut: Examples
}

const TRAINING_IMAGES = 1437
const WHITE = 16

export async function loadDigits(read: ReadFile): Promise<Digits> {
  const [images, labels] = await Promise.all([
    read('digits/digits-images.idx3-ubyte'),
    read('digits/digits-labels.idx1-ubyte'),
  ])
  const all = {
    images: readIdx(images).float().div(WHITE).unsqueeze(1),
    labels: readIdx(labels).to('int32'),
  }
  const part = (start: number, stop?: number): Examples => ({
    images: all.images.slice(0, start, stop),
    labels: all.labels.slice(0, start, stop),
  })
  return { train: part(0, TRAINING_IMAGES), heldOut: part(TRAINING_IMAGES) }
}
