import { RungsError } from './errors.ts'

/**
 * @param known the names there are.
 * @throws {RungsError} for options that are not one object, and (as Python does) for a name that is not known: TypeScript
 * refuses both, JavaScript would ignore them.
 */
export function checkOptions(options: unknown, known: readonly string[], operation: string): void {
  // Written out only where something is wrong: this runs in every call that takes options.
  const all = (): string => `{ ${known.join(', ')} }`
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new RungsError(`${operation}: options are one object, with names out of ${all()}; got ${String(options)}`)
  }
  for (const name in options) {
    if (known.includes(name)) continue
    const camel = name.replaceAll(/_+([a-z])/g, (_, letter: string) => letter.toUpperCase())
    const hint = known.includes(camel) ? `write ${camel}` : `there are ${all()}`
    throw new RungsError(`${operation}() got an unexpected keyword argument '${name}'; ${hint}`)
  }
}
