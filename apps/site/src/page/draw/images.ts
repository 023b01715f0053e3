import type { ImagesItem } from '@rungs/lesson'
import { element } from '../dom.ts'
import { paint } from './pixels.ts'

/** Width of a picture on the page. */
const WIDTH = 72

/** Small grey pictures side by side, each over its caption. */
export function drawImages({ images, width, range: [black, white] }: ImagesItem): Node {
  const grey = (value: number): number =>
    Math.round(255 * Math.min(Math.max((value - black) / (white - black || 1), 0), 1))
  return element(
    'ul',
    { class: 'images' },
    ...images.map(({ caption, pixels }) => {
      const height = Math.ceil(pixels.length / width)
      const canvas = paint(width, height, (row, column) => {
        const shade = grey(pixels[row * width + column] ?? black)
        return [shade, shade, shade]
      })
      canvas.style.inlineSize = `${WIDTH}px`
      canvas.style.blockSize = `${Math.round((WIDTH * height) / width)}px`
      return element('li', {}, canvas, element('span', {}, caption))
    }),
  )
}
