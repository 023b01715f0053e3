import { checkOptions, RungsError } from '@rungs/ndarray'
import { checkRange, finite, numbersOf, rangeOf } from './numbers.ts'
import { type Shown, shown } from './shown.ts'

export interface Picture {
  /** Row by row. */
  readonly pixels: ArrayLike<number>
  readonly caption: string
}

export interface ImagesOptions {
  readonly title?: string
  /** Pixels of a row; 8. */
  readonly width?: number
  /** The numbers that are black and white; the lowest and the highest when left out. */
  readonly range?: readonly [black: number, white: number]
}

/** Small grey pictures side by side. */
export function images(pictures: readonly Picture[], options: ImagesOptions = {}): Shown<readonly Picture[]> {
  checkOptions(options, ['title', 'width', 'range'], 'images')
  const { title = '', width = 8 } = options
  if (!Number.isInteger(width) || width < 1) throw new RungsError(`images: width must be 1 or more, got ${width}`)
  const given = options.range === undefined ? null : checkRange(options.range, 'images: range')
  return shown(pictures, (pictures) => {
    const drawn = pictures.map(({ pixels, caption }) => {
      const values = numbersOf(pixels, `the pixels of '${caption}'`)
      if (values.length % width === 0) return { caption, pixels: values.map((value) => finite(value) ?? 0) }
      throw new RungsError(`images: '${caption}' has ${values.length} pixels, which are no rows of ${width}`)
    })
    return {
      kind: 'images',
      title,
      width,
      range: given ?? rangeOf(drawn.flatMap(({ pixels }) => pixels)),
      images: drawn,
    }
  })
}
