import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Entry } from './api.ts'
import { relativeUrl } from './links.ts'
import type { Document } from './pages/docs.ts'
import { fragmentOf, renderReference } from './pages/reference.ts'
import { ROOT } from './paths.ts'
import type { Package } from './site.ts'

/** The guides in the order in which a reader comes to them, each with a sentence; others follow. */
const GUIDES: Readonly<Record<string, string>> = {
  architecture: 'What happens below a line of yours, and why so few kernels are enough.',
  'adding-an-operator': 'From a formula to an operation with gradients and tests.',
  'array-api': 'What of the Python array API standard there is, and how it is called.',
  benchmarks: 'Measured on a processor, beside PyTorch, NumPy, TensorFlow.js and jax-js in one run.',
  'benchmarks-gpu': 'Measured on WebGPU, on a graphics card and in software.',
  learning: 'Digits read and a novel continued: what networks learn, and how fast.',
  'gpu-machine': 'Checking and measuring on a bare machine that has a graphics card.',
  contributing: 'The commands, and what is asked of a change.',
}

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8')

/** The guides, and each package with its reference. */
export function findDocuments(packages: readonly Package[], api: ReadonlyMap<string, readonly Entry[]>): Document[] {
  const names = readdirSync(join(ROOT, 'docs'))
    .filter((file) => file.endsWith('.md'))
    .map((file) => file.replace(/\.md$/, ''))
  const order = Object.keys(GUIDES)
  const rank = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length)
  const guides = names.sort((a, b) => rank(a) - rank(b)).map((name) => guide(`docs/${name}.md`, name))
  return [
    ...guides,
    guide('CONTRIBUTING.md', 'contributing'),
    ...packages.map((each) => packageDocument(each, packages, api)),
  ]
}

function guide(file: string, key: string): Document {
  const source = read(file)
  const [name = file] = /(?<=^# ).*$/m.exec(source) ?? []
  return { file, path: `docs/${key}/`, name, group: 'Guides', about: GUIDES[key] ?? '', source, appendix: null }
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
