import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const SITE = fileURLToPath(new URL('../..', import.meta.url))
export const ROOT = resolve(SITE, '../..')
export const DIST = resolve(SITE, 'dist')
/** Below the site: programs, styles and fonts. */
export const ASSETS = 'assets'
