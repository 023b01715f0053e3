/** What an address carries behind `#` for an edited lesson: `code=`, then the text, compressed. */
const KEY = 'code='

/** The fragment that carries `code`, without `#`. */
export async function encodeCode(code: string): Promise<string> {
  const bytes = await through(new TextEncoder().encode(code), new CompressionStream('deflate-raw'))
  const text = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
  return KEY + text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

/** The code that a fragment carries, with or without `#`; null where it carries none, or was cut on its way. */
export async function decodeCode(fragment: string): Promise<string | null> {
  const start = fragment.indexOf(KEY)
  if (start !== (fragment.startsWith('#') ? 1 : 0)) return null
  const text = fragment
    .slice(start + KEY.length)
    .replaceAll('-', '+')
    .replaceAll('_', '/')
  try {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
    return new TextDecoder('utf-8', { fatal: true }).decode(
      await through(bytes, new DecompressionStream('deflate-raw')),
    )
  } catch {
    // Neither base64, nor deflate, nor UTF-8: mail programs cut long addresses.
    return null
  }
}

async function through(bytes: Uint8Array<ArrayBuffer>, stream: CompressionStream): Promise<Uint8Array> {
  const body = new Blob([bytes]).stream().pipeThrough(stream)
  return new Uint8Array(await new Response(body).arrayBuffer())
}
