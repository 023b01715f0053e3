/** Flags of the specification, written out: Node has no such globals. */
export const bufferUsage = {
  mapRead: 1,
  copySrc: 4,
  copyDst: 8,
  uniform: 64,
  storage: 128,
  indirect: 256,
  queryResolve: 512,
} as const
export const mapMode = { read: 1 } as const
export const computeStage = 4
