/** Blocks begin at multiples of this, and are whole numbers of it. */
const GRAIN = 64

/** Which of the sizes below holds so many grains: every one up to 16, then eight for each power of two. */
function classOf(grains: number): number {
  if (grains <= 16) return grains
  const power = 31 - Math.clz32(grains - 1)
  const step = 2 ** (power - 3)
  return 17 + (power - 4) * 8 + Math.floor((grains - 1) / step) - 8
}

function grainsOf(sizeClass: number): number {
  if (sizeClass <= 16) return sizeClass
  const power = ((sizeClass - 17) >> 3) + 4
  return (((sizeClass - 17) & 7) + 9) * 2 ** (power - 3)
}

/** The bytes of a block that holds `bytes`: at most an eighth more. */
export const blockBytes = (bytes: number): number => grainsOf(classOf(Math.max(1, Math.ceil(bytes / GRAIN)))) * GRAIN

interface Region {
  start: number
  end: number
}

export interface Heap {
  /** The address of a block that holds `bytes`, or -1. */
  take(bytes: number): number
  /** Take a block of that size back. */
  give(address: number, bytes: number): void
}

/** Blocks of the addresses from `start` to `end`; the one given back last is the one taken next, so that memory stays warm. */
export function createHeap(start: number, end: number): Heap {
  const free: number[][] = []
  let regions: Region[] = [{ start, end }]
  /** Blocks given back since free ones were last joined. */
  let given = 0

  const cut = (size: number): number => {
    for (const region of regions) {
      if (region.end - region.start < size) continue
      const address = region.start
      region.start += size
      return address
    }
    return -1
  }

  /** Join free neighbours, of whatever sizes, into regions to cut from. */
  const join = (): void => {
    const spans = regions.filter((region) => region.end > region.start)
    free.forEach((addresses, sizeClass) => {
      const size = grainsOf(sizeClass) * GRAIN
      for (const address of addresses) spans.push({ start: address, end: address + size })
    })
    free.length = 0
    given = 0
    regions = []
    for (const span of spans.sort((a, b) => a.start - b.start)) {
      const last = regions.at(-1)
      if (last !== undefined && last.end === span.start) last.end = span.end
      else regions.push(span)
    }
  }

  return {
    take(bytes) {
      const sizeClass = classOf(Math.max(1, Math.ceil(bytes / GRAIN)))
      const address = free[sizeClass]?.pop()
      if (address !== undefined) return address
      const size = grainsOf(sizeClass) * GRAIN
      const fresh = cut(size)
      if (fresh >= 0 || given === 0) return fresh
      join()
      return cut(size)
    },
    give(address, bytes) {
      const sizeClass = classOf(Math.max(1, Math.ceil(bytes / GRAIN)))
      ;(free[sizeClass] ??= []).push(address)
      given++
    },
  }
}
