import { BRAND } from './foreign.ts'

/** What a browser's console asks for each value: see Chromium's "custom formatters". */
interface Formatter {
  header(value: unknown): readonly unknown[] | null
  hasBody(value: unknown): boolean
}

const formatter: Formatter = {
  header: (value) =>
    typeof value === 'object' && value !== null && BRAND in value
      ? ['span', { style: 'white-space: pre; font-family: monospace' }, String(value)]
      : null,
  hasBody: () => false,
}

/**
 * Show arrays and tensors in a browser's console as they print, instead of as objects. Custom formatters must be switched on
 * there (in Chromium: DevTools, Settings, Preferences, Console). Node's console shows them so by itself.
 */
export function installConsoleFormatter(): void {
  const page = globalThis as { devtoolsFormatters?: readonly Formatter[] }
  const others = page.devtoolsFormatters ?? []
  if (!others.includes(formatter)) page.devtoolsFormatters = [...others, formatter]
}
