import { checkOptions, RungsError } from '@rungs/ndarray'
import { type Shown, shown } from './shown.ts'

export interface BarsOptions {
  readonly title?: string
  /** What the values are counted in, such as `'ms'`. */
  readonly unit?: string
  readonly log?: boolean
}

/** A bar for each name. @throws {RungsError} for what is no length: negative, not finite, or 0 on a logarithmic scale. */
export function bars(
  values: Readonly<Record<string, number>>,
  options: BarsOptions = {},
): Shown<Readonly<Record<string, number>>> {
  checkOptions(options, ['title', 'unit', 'log'], 'bars')
  const { title = '', unit = '', log = false } = options
  return shown(values, (values) => ({
    kind: 'bars',
    title,
    unit,
    scale: log ? 'log' : 'linear',
    bars: Object.entries(values).map(([name, value]) => {
      if (Number.isFinite(value) && (value > 0 || (value === 0 && !log))) return { name, value }
      throw new RungsError(`bars: '${name}' is ${value}; the length of a bar is a number ${log ? 'above' : 'from'} 0`)
    }),
  }))
}
