/** Encodings of the binary format (WebAssembly core specification, section 5). */

export type Bytes = readonly number[]

/** Unsigned LEB128. */
export function unsigned(value: number): number[] {
  const out: number[] = []
  let rest = value >>> 0
  do {
    const more = rest > 127
    out.push((rest & 127) | (more ? 128 : 0))
    rest >>>= 7
  } while (rest !== 0)
  return out
}

/** Signed LEB128 of a 32-bit integer. */
export function signed(value: number): number[] {
  const out: number[] = []
  for (let rest = value | 0; ; rest >>= 7) {
    const byte = rest & 127
    const done = rest >> 6 === 0 || rest >> 6 === -1
    out.push(done ? byte : byte | 128)
    if (done) return out
  }
}

export const bytesOf = (values: Float32Array | Float64Array | Int32Array | Uint32Array): number[] => [
  ...new Uint8Array(values.buffer),
]

/** A name of ASCII letters. */
const text = (name: string): number[] => [
  ...unsigned(name.length),
  ...Array.from(name, (letter) => letter.charCodeAt(0)),
]

export const vector = (items: readonly Bytes[]): number[] => [...unsigned(items.length), ...items.flat()]

export const section = (id: number, items: readonly Bytes[]): number[] => {
  const content = vector(items)
  return [id, ...unsigned(content.length), ...content]
}

export { text }
