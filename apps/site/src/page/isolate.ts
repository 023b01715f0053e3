/** So that a page reloads once, and not for ever where it does not help. */
const TRIED = 'rungs-isolated'

/** How long a lesson waits for threads, in milliseconds. */
const PATIENCE = 2000

/**
 * Isolates the page from other origins, which shared memory, and so threads, need. Where the host does not send the headers,
 * a service worker adds them, from the next load on. Resolves unless the page reloads; without any of it the page works too.
 */
export async function isolate(): Promise<void> {
  if (globalThis.crossOriginIsolated || !('serviceWorker' in navigator)) return
  const { serviceWorker } = navigator
  try {
    if (sessionStorage.getItem(TRIED) !== null) return
    sessionStorage.setItem(TRIED, 'yes')
    const claimed = new Promise((resolve) => serviceWorker.addEventListener('controllerchange', resolve))
    await serviceWorker.register(new URL('../isolate.js', import.meta.url))
    await Promise.race([claimed, new Promise((resolve) => setTimeout(resolve, PATIENCE))])
    if (serviceWorker.controller === null) return
  } catch {
    // Forbidden by the browser or its user: threads are not worth a word more than the device switch has.
    return
  }
  location.reload()
  await new Promise(() => {})
}
