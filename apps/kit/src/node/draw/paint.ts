import { styleText } from 'node:util'

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'blue' | 'magenta' | 'cyan'

/** Gives text a style, or leaves it as it is where colours are not wanted. */
export type Paint = (style: Style, text: string) => string
export const plain: Paint = (_, text) => text
/** Whether the stream takes colours has been asked before. */
export const coloured: Paint = (style, text) => styleText(style, text, { validateStream: false })

/** Colours for a terminal, none for a pipe or where NO_COLOR asks for none (https://no-color.org). */
export const paintFor = ({ isTTY }: NodeJS.WriteStream): Paint => (isTTY && !process.env.NO_COLOR ? coloured : plain)

/** Columns of a terminal, at least. */
export const WIDTH = 80
