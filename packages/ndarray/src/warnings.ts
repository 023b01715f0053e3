type WarningHandler = (message: string) => void

const shown = new Set<string>()

/** Each text once, on the console. */
function showOnce(message: string): void {
  if (shown.has(message)) return
  shown.add(message)
  const { console } = globalThis as unknown as { readonly console: { warn(text: string): void } }
  console.warn(`Warning: ${message}`)
}

let handler: WarningHandler | null = showOnce

/** Say something that a user should look at; whoever calls `setWarnings` decides what becomes of it. */
export const warn = (message: string): void => handler?.(message)

/**
 * What becomes of warnings: `'default'` shows each text once on the console, `'ignore'` none, a function gets every one.
 * Gives what was set before.
 */
export function setWarnings(mode: 'default' | 'ignore' | WarningHandler): 'default' | 'ignore' | WarningHandler {
  const previous = handler === showOnce ? 'default' : (handler ?? 'ignore')
  if (mode === 'default') shown.clear()
  handler = mode === 'default' ? showOnce : mode === 'ignore' ? null : mode
  return previous
}
