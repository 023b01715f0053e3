/** Deeper parts of a value than this are named, not shown. */
const DEPTH = 2
/** Entries of one list, as Node shows them. */
const ENTRIES = 100
/** Characters of an object in one line. */
const WIDTH = 72

/** What `console.log` prints for its arguments: text as it is, everything else as Node shows it. */
export const formatLog = (values: readonly unknown[]): string =>
  values.map((value) => (typeof value === 'string' ? value : inspect(value))).join(' ')

function inspect(value: unknown, depth = 0): string {
  if (typeof value === 'string') return `'${value}'`
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'function') return value.name === '' ? '[Function (anonymous)]' : `[Function: ${value.name}]`
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? '-0' : String(value)
  if (value instanceof Error) return `${value.name}: ${value.message}`
  if (hasOwnText(value)) return String(value)
  const name = nameOf(value)
  if (depth > DEPTH) return `[${name ?? 'Object'}]`
  const show = (part: unknown): string => inspect(part, depth + 1)
  if (Array.isArray(value)) return list('[', value.map(show), ']')
  if (ArrayBuffer.isView(value) && 'length' in value) {
    const numbers = value as unknown as ArrayLike<number>
    return list(`${name}(${numbers.length}) [`, Array.from(numbers, show), ']')
  }
  if (value instanceof Map) {
    return list(
      `Map(${value.size}) {`,
      Array.from(value, ([key, part]) => `${show(key)} => ${show(part)}`),
      '}',
    )
  }
  if (value instanceof Set) return list(`Set(${value.size}) {`, Array.from(value, show), '}')
  const entries = Object.entries(value).map(([key, part]) => `${keyOf(key)}: ${show(part)}`)
  return list(`${name === null ? '' : `${name} `}{`, entries, '}')
}

/** Arrays, tensors, modules and timings say themselves what they are. */
const hasOwnText = (value: object): boolean =>
  !Array.isArray(value) && !ArrayBuffer.isView(value) && value.toString !== Object.prototype.toString

/** Null for a plain object. */
function nameOf(value: object): string | null {
  const prototype = Object.getPrototypeOf(value) as object | null
  return prototype === null || prototype === Object.prototype ? null : prototype.constructor.name
}

const keyOf = (key: string): string => (/^[A-Za-z_$][\w$]*$/.test(key) ? key : `'${key}'`)

function list(open: string, entries: readonly string[], close: string): string {
  if (entries.length === 0) return `${open}${close}`
  const more = entries.length - ENTRIES
  const shown = more > 0 ? [...entries.slice(0, ENTRIES), `... ${more} more items`] : entries
  const line = `${open} ${shown.join(', ')} ${close}`
  if (line.length <= WIDTH && !line.includes('\n')) return line
  return `${open}\n${shown.map((entry) => `  ${entry.replaceAll('\n', '\n  ')}`).join(',\n')}\n${close}`
}
