const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')

/** Markup that may stand in a page as it is. */
export interface Html {
  readonly html: string
}

export const raw = (html: string): Html => ({ html })

type Part = Html | string | number | readonly Part[] | false | null | undefined

/** A template whose holes are escaped, unless they are markup themselves; lists are joined, nothing leaves nothing. */
export const html = (strings: TemplateStringsArray, ...parts: readonly Part[]): Html =>
  raw(strings.map((text, i) => text + render(parts[i])).join(''))

function render(part: Part): string {
  if (part === undefined || part === null || part === false) return ''
  if (typeof part === 'string' || typeof part === 'number') return escapeHtml(String(part))
  return 'html' in part ? part.html : part.map(render).join('')
}

/** JSON inside a script element: nothing in it can end the element. */
export const jsonScript = (id: string, value: unknown): Html =>
  raw(`<script type="application/json" id="${id}">${JSON.stringify(value).replaceAll('<', '\\u003c')}</script>`)
