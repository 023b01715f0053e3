import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Lesson as Found, findLessons } from '../../../../scripts/lib/lessons.mjs'
import type { Importable } from './bundle.ts'
import type { Sources } from './declarations.ts'
import { ROOT } from './paths.ts'

/** A lesson, and the package that it teaches: the highest that it stands on. */
export interface Lesson extends Found {
  readonly code: string
  readonly readme: string
  readonly teaches: string
}

export interface Package {
  /** As it is imported. */
  readonly name: string
  /** Below `packages/`. */
  readonly folder: string
  readonly description: string
  readonly layer: number
}

interface Manifest {
  readonly name: string
  readonly private?: boolean
  readonly description?: string
  readonly dependencies?: Readonly<Record<string, string>>
}

export const KIT = '@rungs/lesson'

const manifestOf = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest

/** From the lowest rung to the highest: a package stands one above those that it depends on. */
export function findPackages(): Package[] {
  const manifests = readdirSync(join(ROOT, 'packages'))
    .filter((folder) => existsSync(join(ROOT, 'packages', folder, 'package.json')))
    .map((folder) => ({ folder, ...manifestOf(join(ROOT, 'packages', folder)) }))
    .filter((manifest) => manifest.private !== true)
  const layerOf = (name: string): number => {
    const below = Object.keys(manifests.find((each) => each.name === name)?.dependencies ?? {})
    return below.length === 0 ? 0 : 1 + Math.max(...below.map(layerOf))
  }
  return manifests
    .map(({ name, folder, description = '' }) => ({ name, folder, description, layer: layerOf(name) }))
    .sort((a, b) => a.layer - b.layer || a.name.localeCompare(b.name))
}

export function findLessonsOf(packages: readonly Package[]): Lesson[] {
  return findLessons(join(ROOT, 'apps')).map((found) => {
    const below = Object.keys(manifestOf(found.folder).dependencies ?? {})
    const [highest] = packages.filter(({ name }) => below.includes(name)).sort((a, b) => b.layer - a.layer)
    if (highest === undefined) throw new TypeError(`${found.name} depends on no package that it could teach`)
    return {
      ...found,
      code: readFileSync(join(found.folder, 'lesson.ts'), 'utf8'),
      readme: readFileSync(join(found.folder, 'README.md'), 'utf8'),
      teaches: highest.name,
    }
  })
}

/** Our packages and the kit, by their sources. */
export const sourcesOf = (packages: readonly Package[]): Sources[] => [
  ...packages.map(({ name, folder }) => ({ name, folder: join(ROOT, 'packages', folder) })),
  { name: KIT, folder: join(ROOT, 'apps/kit') },
]

/** What lessons import beside our packages and the kit: from elsewhere, or from an app of ours. */
export function broughtBy(lessons: readonly Lesson[], packages: readonly Package[]): Importable[] {
  const known = [KIT, ...packages.map(({ name }) => name)]
  const all = lessons.flatMap(({ code, folder }) =>
    Array.from(code.matchAll(/\bfrom '([^'.][^']*)'/g), ([, name = '']) => ({ name, from: folder })),
  )
  const others = all.filter(({ name }) => !known.includes(name))
  return [...new Map(others.map((each) => [each.name, each])).values()]
}

/** Everything that lessons may import. */
export const importableIn = (packages: readonly Package[], lessons: readonly Lesson[]): Importable[] => [
  ...packages.map(({ name }) => ({ name, from: join(ROOT, 'packages/rungs') })),
  { name: KIT, from: join(ROOT, 'apps/site') },
  ...broughtBy(lessons, packages),
]
