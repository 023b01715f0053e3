import { format } from 'node:util'
import type { Host } from '../host.ts'
import { nextId } from '../host.ts'
import type { TextItem } from '../item.ts'

const levels = { debug: 'log', log: 'log', info: 'log', warn: 'warn', error: 'error' } as const satisfies Record<
  string,
  TextItem['level']
>

/** From now on what is said on the console is shown on the host, among everything else; gives the way back. */
export function captureConsole(host: Pick<Host, 'show'>): () => void {
  const before = { ...console }
  for (const [method, level] of Object.entries(levels)) {
    Object.assign(console, {
      [method]: (...values: unknown[]) => host.show({ kind: 'text', id: nextId(), level, text: format(...values) }),
    })
  }
  return () => Object.assign(console, before)
}
