import { element } from '../dom.ts'

/** A picture of `width` × `height` pixels, to be shown larger; null is transparent. */
export function paint(
  width: number,
  height: number,
  colourAt: (row: number, column: number) => readonly [number, number, number] | null,
): HTMLCanvasElement {
  const canvas = element('canvas', { width: Math.max(width, 1), height: Math.max(height, 1), class: 'pixels' })
  canvas.setAttribute('aria-hidden', 'true')
  const context = canvas.getContext('2d')
  if (context === null || width === 0 || height === 0) return canvas
  const image = context.createImageData(width, height)
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const colour = colourAt(row, column)
      if (colour !== null) image.data.set([...colour, 255], 4 * (row * width + column))
    }
  }
  context.putImageData(image, 0, 0)
  return canvas
}
