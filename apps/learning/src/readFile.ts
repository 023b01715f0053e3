/** Gives the bytes of a file of the folder `data`, by its path in there: from disk, or over the net. */
export type ReadFile = (path: string) => Promise<Uint8Array>
