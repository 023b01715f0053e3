import { readFile, stat } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { text } from 'node:stream/consumers'

export interface Server {
  /** Without a slash at its end. */
  readonly origin: string
  close(): Promise<void>
}

/** What a page posts to a path, and the reply that it waits for. */
export type OnPost = (path: string, body: string) => Promise<string>

export interface ServeOptions {
  readonly onPost?: OnPost
  /** Send the headers that isolate a page from other origins, without which it has no shared memory; true. */
  readonly isolated?: boolean
  /** A free one by default. */
  readonly port?: number
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.css': 'text/css',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )

/** Serves a folder on 127.0.0.1. @throws where the port is taken. */
export async function serve(folder: string, { onPost, isolated = true, port = 0 }: ServeOptions = {}): Promise<Server> {
  async function reply(request: IncomingMessage, pathname: string): Promise<{ type: string; body: string | Buffer }> {
    if (request.method === 'POST' && onPost !== undefined) {
      return { type: 'text/plain', body: await onPost(pathname, await text(request)) }
    }
    const path = normalize(decodeURIComponent(pathname.endsWith('/') ? `${pathname}index.html` : pathname))
    return { type: TYPES[extname(path)] ?? 'application/octet-stream', body: await readFile(join(folder, path)) }
  }
  const server = createServer(async (request, response) => {
    if (isolated) {
      response.setHeader('Cross-Origin-Opener-Policy', 'same-origin')
      response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp')
    }
    try {
      const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1')
      if (!pathname.endsWith('/') && (await isFolder(join(folder, normalize(decodeURIComponent(pathname)))))) {
        // Links of the page are relative to the folder.
        response.writeHead(301, { Location: `${pathname}/` }).end()
        return
      }
      const { type, body } = await reply(request, pathname)
      response.setHeader('Content-Type', type)
      response.end(body)
    } catch {
      response.writeHead(404).end()
    }
  })
  // A page may wait for as long as it takes.
  server.requestTimeout = 0
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('the server has no port')
  return {
    origin: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)))
        server.closeAllConnections()
      }),
  }
}
