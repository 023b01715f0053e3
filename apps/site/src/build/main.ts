import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Server, serve } from '../../../../packages/testing/src/browser/server.ts'
import { compile } from '../compile.ts'
import { packageFile } from '../packages.ts'
import { readApi } from './api.ts'
import { bundleAssets } from './bundle.ts'
import { collectDeclarations } from './declarations.ts'
import { findDocuments } from './documents.ts'
import { drawGraphsOf } from './graphs.ts'
import { collectLicences } from './licences.ts'
import { createLinker } from './links.ts'
import { docsIndex, docsPage } from './pages/docs.ts'
import { homeCode, homePage } from './pages/home.ts'
import { lessonPage, lessonPath } from './pages/lesson.ts'
import { sourcePage } from './pages/source.ts'
import { ASSETS, DIST, ROOT, SITE } from './paths.ts'
import { broughtBy, findLessonsOf, findPackages, importableIn, sourcesOf } from './site.ts'
import { type Page, renderPage } from './template.ts'

const USUAL_PORT = 8000

const { values } = parseArgs({ options: { serve: { type: 'boolean', default: false }, port: { type: 'string' } } })
await buildSite()
if (values.serve) {
  const { origin } = await serveSite(values.port)
  console.log(`The lessons are at ${origin}/ (Ctrl+C ends this)`)
}

/** On the port that was asked for, else on the usual one, else on any that is free. */
async function serveSite(port: string | undefined): Promise<Server> {
  if (port !== undefined) return serve(DIST, { port: Number(port) })
  return serve(DIST, { port: USUAL_PORT }).catch(() => serve(DIST))
}

async function buildSite(): Promise<void> {
  rmSync(DIST, { recursive: true, force: true })
  const packages = findPackages()
  const lessons = findLessonsOf(packages)
  const importable = importableIn(packages, lessons)
  const names = importable.map(({ name }) => name)
  const { inputs } = await bundleAssets(importable)
  write('licences.txt', collectLicences(inputs))
  write(`${ASSETS}/types.json`, JSON.stringify(collectDeclarations(sourcesOf(packages), broughtBy(lessons, packages))))
  // Lessons fetch their data from beside the programs.
  cpSync(join(ROOT, 'apps/learning/data'), join(DIST, ASSETS, 'data'), { recursive: true })
  write('icon.svg', readFileSync(join(SITE, 'src/icon.svg'), 'utf8'))

  const linker = createLinker()
  const documents = findDocuments(packages, await readApi(packages))
  const pages: Page[] = [homePage(packages, lessons, names), docsIndex(documents)]
  for (const lesson of lessons) pages.push(await lessonPage(lesson, lessons, names, linker))
  for (const document of documents) pages.push(await docsPage(document, documents, linker))
  // A source that is linked to may link to another.
  for (const file of linker.sources) pages.push(await sourcePage(file, linker))
  for (const page of pages) write(`${page.path}index.html`, renderPage(page))

  await writeProgram('', homeCode())
  for (const lesson of lessons) {
    await writeProgram(lessonPath(lesson), lesson.code)
    write(`${lessonPath(lesson)}graphs.json`, JSON.stringify(await drawGraphsOf(lesson)))
  }

  /** The unedited program, compiled as the page would. */
  async function writeProgram(path: string, code: string): Promise<void> {
    const up = '../'.repeat(path.split('/').length - 1)
    const urls = Object.fromEntries(
      names.map((name) => [name, `${up === '' ? './' : up}${ASSETS}/${packageFile(name)}`]),
    )
    write(`${path}lesson.js`, await compile(code, urls))
  }
}

function write(path: string, content: string): void {
  const file = join(DIST, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
}
