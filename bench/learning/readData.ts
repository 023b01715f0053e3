import { readFile } from 'node:fs/promises'
import type { ReadFile } from '@rungs/learning'

/** From the folder of `apps/learning`, which is as far from here as from the bundle in `dist`. */
export const readData: ReadFile = (path) => readFile(new URL(`../../apps/learning/data/${path}`, import.meta.url))
