/// <reference lib="webworker" />
// Adds the headers that isolate pages from other origins, for hosts that cannot send them.
const scope = globalThis as unknown as ServiceWorkerGlobalScope

scope.addEventListener('install', () => void scope.skipWaiting())
scope.addEventListener('activate', (event) => event.waitUntil(scope.clients.claim()))
scope.addEventListener('fetch', (event) => {
  const { request } = event
  if (new URL(request.url).origin !== scope.location.origin) return
  event.respondWith(isolated(request))
})

async function isolated(request: Request): Promise<Response> {
  const response = await fetch(request)
  // Redirects and the like cannot be made anew, and need not be.
  if (response.status === 0 || response.type === 'opaqueredirect') return response
  const headers = new Headers(response.headers)
  headers.set('Cross-Origin-Opener-Policy', 'same-origin')
  headers.set('Cross-Origin-Embedder-Policy', 'require-corp')
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers })
}
