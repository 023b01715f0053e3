/**
 * The names in a comma-separated option, or all.
 * @throws {RangeError} at a name that is not known.
 */
export function chosen(option: string, value: string | undefined, known: readonly string[]): readonly string[] {
  const names = value?.split(',') ?? known
  const unknown = names.find((name) => !known.includes(name))
  if (unknown !== undefined) throw new RangeError(`${option}: no "${unknown}"; there are ${known.join(', ')}`)
  return names
}
