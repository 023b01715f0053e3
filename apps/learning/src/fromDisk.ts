import { readFile as read } from 'node:fs/promises'
import type { ReadFile } from './readFile.ts'

/** Reads the folder `data` beside this one. */
export const readFile: ReadFile = (path) => read(new URL(`../data/${path}`, import.meta.url))
