import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Metafile } from 'esbuild'

/**
 * The licences of everything from outside that a build has put into the pages, fonts included, as their authors wrote them.
 * @param inputs of the build, as paths from the folder in which it ran.
 * @throws {TypeError} for a package that comes without one.
 */
export function collectLicences(inputs: Metafile['inputs']): string {
  const folders = Object.keys(inputs).flatMap(
    (file) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(`/${file}`)?.[0] ?? [],
  )
  const texts = [...new Set(folders)].map((folder) => licenceIn(resolve(folder.slice(1))))
  return [...new Set(texts)].sort().join(`\n${'-'.repeat(80)}\n\n`)
}

function licenceIn(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<
    string,
    string
  >
  const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each))
  if (file === undefined && license === undefined) throw new TypeError(`${name} comes without a licence`)
  const text = file === undefined ? '' : readFileSync(join(folder, file), 'utf8')
  return `${name} ${version}: ${license}\n\n${text.trim()}\n`
}
