import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Entry } from './api.ts'
import { relativeUrl } from './links.ts'
import type { Document } from './pages/docs.ts'
import { fragmentOf, renderReference } from './pages/reference.ts'
import { ROOT } from './paths.ts'
import type { Package } from './site.ts'

/** Guides first, as a reader comes to them. */
const ORDER = ['architecture', 'adding-an-operator', 'array-api', 'benchmarks', 'benchmarks-gpu', 'gpu-machine']

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8')

/** The guides, and each package with its reference. */
export function findDocuments(packages: readonly Package[], api: ReadonlyMap<string, readonly Entry[]>): Document[] {
  const names = readdirSync(join(ROOT, 'docs'))
    .filter((file) => file.endsWith('.md'))
    .map((file) => file.replace(/\.md$/, ''))
  const rank = (name: string): number => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length)
  const guides = names.sort((a, b) => rank(a) - rank(b)).map((name) => guide(`docs/${name}.md`, `docs/${name}/`))
  const contributing = guide('CONTRIBUTING.md', 'docs/contributing/')
  return [...guides, contributing, ...packages.map((each) => packageDocument(each, packages, api))]
}

function guide(file: string, path: string): Document {
  const source = read(file)
  const [name = file] = /(?<=^# ).*$/m.exec(source) ?? []
  return { file, path, name, group: 'Guides', about: firstSentence(source), source, appendix: null }
}

const packagePath = ({ folder }: Package): string => `packages/${folder}/`

function packageDocument(
  package_: Package,
  all: readonly Package[],
  api: ReadonlyMap<string, readonly Entry[]>,
): Document {
  const { name, folder, description } = package_
  const path = packagePath(package_)
  const owns = (each: Package, entry: string): boolean =>
    api.get(each.name)?.some(({ name, from }) => name === entry && from === null) === true
  // What two packages call by one name is meant as the package itself calls it.
  const placeOf = (entry: string): string | null => {
    if (owns(package_, entry)) return fragmentOf(entry)
    const owner = all.find((each) => owns(each, entry))
    return owner === undefined ? null : `${relativeUrl(path, packagePath(owner))}${fragmentOf(entry)}`
  }
  const pageOf = (name: string): string | null => {
    const found = all.find((each) => each.name === name)
    return found === undefined ? null : relativeUrl(path, packagePath(found))
  }
  const file = `packages/${folder}/README.md`
  const appendix = renderReference(api.get(name) ?? [], { placeOf, pageOf })
  return { file, path, name, group: 'Packages', about: description, source: read(file), appendix }
}

/** What a document begins with, without markup. */
function firstSentence(source: string): string {
  const [, paragraph = ''] = /^# .*\n+((?:[^\n#].*\n?)+)/m.exec(source) ?? []
  const [sentence = ''] = /^[\s\S]*?[.:](?=\s|$)/.exec(paragraph) ?? []
  return sentence
    .replace(/\s+/g, ' ')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[`*_]/g, '')
    .replace(/:$/, '.')
}
