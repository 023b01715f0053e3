import type { ImagesItem } from '../../item.ts'
import { WIDTH } from './paint.ts'
import { shadeOf } from './shades.ts'

/** Pictures side by side as far as they fit, two characters a pixel, captions below. White is drawn as ink. */
export function drawImages({ width, range, images }: ImagesItem): string[] {
  const column = width * 2 + 2
  const across = Math.max(1, Math.floor((WIDTH - 2) / column))
  return Array.from({ length: Math.ceil(images.length / across) }, (_, i) =>
    images.slice(i * across, (i + 1) * across),
  ).flatMap((together, i) => {
    const height = Math.max(...together.map(({ pixels }) => pixels.length / width))
    const rows = Array.from({ length: height }, (_, y) =>
      together.map(({ pixels }) =>
        pixels
          .slice(y * width, (y + 1) * width)
          .map((value) => shadeOf(value, range).repeat(2))
          .join(''),
      ),
    )
    const captions = together.map(({ caption }) => caption.slice(0, column - 2))
    return [...(i > 0 ? [[]] : []), ...rows, captions].map(
      (cells) => `  ${cells.map((cell) => cell.padEnd(column)).join('')}`,
    )
  })
}
