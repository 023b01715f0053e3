import { expectClose } from '@rungs/testing'
import { manualSeed, RungsError, rand, ShapeError, stack, type Tensor, tensor } from 'rungs'
import { describe, expect, test } from 'vitest'
import { affine, randomAffine } from '../src/index.ts'

manualSeed(0)
const image = rand([3, 4])
const values = image.toArraySync() as number[][]
const at = (y: number, x: number): number => values[y]?.[x] ?? 0

interface Move {
  angle?: number
  zoom?: number
  down?: number
  right?: number
}

/** One image, as the only one of its batch and channel. */
function moved(image: Tensor, { angle = 0, zoom = 1, down = 0, right = 0 }: Move): number[][] {
  const numbers = { angle: tensor([angle]), zoom: tensor([zoom]), down: tensor([down]), right: tensor([right]) }
  return affine(image.unsqueeze(0).unsqueeze(0), numbers).squeeze().toArraySync() as number[][]
}

const grid = (height: number, width: number, value: (y: number, x: number) => number): number[][] =>
  Array.from({ length: height }, (_, y) => Array.from({ length: width }, (_, x) => value(y, x)))

describe('an image', () => {
  test.each<[string, Move, (y: number, x: number) => number]>([
    ['left alone', {}, at],
    ['moved down', { down: 1 }, (y, x) => at(y - 1, x)],
    ['moved to the left, half a pixel', { right: -0.5 }, (y, x) => (at(y, x) + at(y, x + 1)) / 2],
    ['turned by half', { angle: Math.PI }, (y, x) => at(2 - y, 3 - x)],
    ['turned by half, then moved', { angle: Math.PI, right: 1 }, (y, x) => at(2 - y, 4 - x)],
    ['half as large', { zoom: 0.5 }, (y, x) => (at(2 * y - 1, 2 * x - 2) + at(2 * y - 1, 2 * x - 1)) / 2],
    ['moved out of sight', { down: 9 }, () => 0],
  ])('%s', (_, move, expected) => {
    expectClose(moved(image, move).flat(), grid(3, 4, expected).flat(), { absolute: 1e-6 }, 'pixels')
  })

  test('turned counter-clockwise by a quarter', () => {
    const square = image.slice(1, 0, 3)
    const expected = grid(3, 3, (y, x) => at(x, 2 - y))
    expectClose(moved(square, { angle: Math.PI / 2 }).flat(), expected.flat(), { absolute: 1e-6 }, 'pixels')
  })
})

test('each image of a batch is moved in its own way, all its channels alike', () => {
  const batch = stack([image, image.mul(2)])
    .unsqueeze(0)
    .expand([2, 2, 3, 4])
  const numbers = { angle: tensor([0, Math.PI]), zoom: tensor([1, 1]), down: tensor([1, 0]), right: tensor([0, 0]) }
  const [first, second] = affine(batch, numbers).toArraySync() as number[][][][]
  expectClose(first![0]!.flat(), moved(image, { down: 1 }).flat(), { absolute: 1e-6 }, 'first')
  expectClose(second![1]!.flat(), moved(image.mul(2), { angle: Math.PI }).flat(), { absolute: 1e-6 }, 'second')
})

describe('random moves', () => {
  const images = image.expand([5, 1, 3, 4])

  test('are the same for the same seed, and others for each image', () => {
    const options = { degrees: 20, scale: 0.2, shift: 1 }
    const first = randomAffine(images, { ...options, generator: manualSeed(1) }).toArraySync() as number[][][][]
    expect(randomAffine(images, { ...options, generator: manualSeed(1) }).toArraySync()).toEqual(first)
    expect(new Set(first.map(String)).size).toBe(5)
  })

  test('of nothing are none', () => {
    expectClose(randomAffine(images).toTypedArraySync(), images.toTypedArraySync(), { absolute: 1e-6 }, 'pixels')
  })

  test.each([
    [
      'images without channels',
      () => randomAffine(image),
      ShapeError,
      'affine: images are (N, C, H, W), got shape (3, 4)',
    ],
    ['a negative angle', () => randomAffine(images, { degrees: -1 }), RungsError, 'got -1, 0, 0'],
    ['a scale of 1', () => randomAffine(images, { scale: 1 }), RungsError, 'scale is from 0 to below 1'],
    ['what is no option', () => randomAffine(images, { turn: 5 } as object), RungsError, 'turn'],
    ['NaN', () => randomAffine(images, { shift: Number.NaN }), RungsError, 'NaN'],
  ])('refuse %s', (_, call, kind, message) => {
    expect(call).toThrow(kind)
    expect(call).toThrow(message)
  })
})
