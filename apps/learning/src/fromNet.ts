import { RungsError } from 'rungs'
import type { ReadFile } from './readFile.ts'

/** Fetches from the folder `data` beside the script that this is bundled into. @throws {RungsError} where it is not there. */
export const readFile: ReadFile = async (path) => {
  const response = await fetch(new URL(`data/${path}`, import.meta.url))
  if (response.ok) return new Uint8Array(await response.arrayBuffer())
  throw new RungsError(`data/${path} cannot be fetched: ${response.status} ${response.statusText}`)
}
