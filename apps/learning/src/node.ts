import { readFile } from 'node:fs/promises'
import type { ReadFile } from './readFile.ts'

/** Reads the folder `data` beside this one. */
export const fromDisk: ReadFile = (path) => readFile(new URL(`../data/${path}`, import.meta.url))
