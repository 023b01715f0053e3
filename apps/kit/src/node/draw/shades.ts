const SHADES = ' ░▒▓█'

/** A character as dark as a number is high in its range; a number that is missing is a dot. */
export function shadeOf(value: number | null, [low, high]: readonly [number, number]): string {
  if (value === null) return '·'
  const share = Math.min(Math.max((value - low) / (high - low), 0), 1)
  return SHADES[Math.min(Math.floor(share * SHADES.length), SHADES.length - 1)]!
}

/** What each shade stands for. */
export function legendOf([low, high]: readonly [number, number], show: (value: number) => string): string {
  return `${show(low)} ${[...SHADES].map((shade) => shade.repeat(3)).join('')} ${show(high)}`
}
