import { existsSync, statSync } from 'node:fs'
import { join, posix } from 'node:path'
import { ROOT } from './paths.ts'

/** From one page to another, both as paths below the site: `''`, `docs/architecture/`, `assets/site.css`. */
export function relativeUrl(from: string, to: string): string {
  const [path = '', fragment] = to.split('#')
  const url = posix.relative(`/${from}`, `/${path}`)
  const folder = url !== '' && (path === '' || path.endsWith('/')) ? `${url}/` : url
  if (fragment !== undefined) return `${folder}#${fragment}`
  return folder === '' ? './' : folder
}

/** The page of a file or a folder of the repository; `null` where it is a file that gets a page because of the link. */
export function pageOf(path: string): string | null {
  const file = path.replace(/\/$/, '').replace(/(?:^|\/)README\.md$/, '')
  if (file === '') return ''
  if (file === 'docs') return 'docs/'
  const [, doc] = /^docs\/([\w-]+)\.md$/.exec(file) ?? []
  if (doc !== undefined) return `docs/${doc}/`
  if (file === 'CONTRIBUTING.md') return 'docs/contributing/'
  const [, folder] = /^packages\/([\w-]+)$/.exec(file) ?? []
  if (folder !== undefined) return `packages/${folder}/`
  const [, lesson] = /^apps\/(\d\d-[\w-]+)(?:\/lesson\.ts)?$/.exec(file) ?? []
  if (lesson !== undefined) return `lessons/${lesson}/`
  return null
}

export const sourcePage = (file: string): string => `source/${file}/`

export interface Linker {
  /** What a link becomes that stands in `file` of the repository, on the page at `page`. */
  link(href: string, file: string, page: string): string
  /** Files that have been linked to, and so need a page. */
  readonly sources: ReadonlySet<string>
}

/** @throws {TypeError} from `link` where a link leads nowhere. */
export function createLinker(): Linker {
  // Every page names the licence.
  const sources = new Set<string>(['LICENSE'])
  function link(href: string, file: string, page: string): string {
    if (/^[a-z]+:/.test(href) || href.startsWith('#')) return href
    const [path = '', fragment] = href.split('#')
    const target = posix.normalize(posix.join(posix.dirname(file), path))
    if (target.startsWith('..') || !existsSync(join(ROOT, target))) {
      throw new TypeError(`${file}: there is nothing at '${href}'`)
    }
    const known = pageOf(target)
    if (known === null && statSync(join(ROOT, target)).isDirectory()) return link(`${path}/README.md`, file, page)
    if (known === null) sources.add(target)
    const anchor = fragment === undefined ? '' : `#${fragment}`
    return relativeUrl(page, `${known ?? sourcePage(target)}${anchor}`)
  }
  return { link, sources }
}
