// The lessons there are: folders of apps/ whose names begin with a number.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const APPS = resolve(fileURLToPath(import.meta.url), '../../../apps')

/**
 * @typedef {{
 *   number: number,
 *   name: string,
 *   folder: string,
 *   question: string,
 * }} Lesson `name` as in `01-vectorise`, `folder` its whole path, `question` the first heading of its README.
 */

/** @returns {Lesson[]} */
export function findLessons(apps = APPS) {
  return readdirSync(apps)
    .filter((name) => /^\d\d-/.test(name) && existsSync(join(apps, name, 'lesson.ts')))
    .toSorted()
    .map((name) => {
      const folder = join(apps, name)
      const readme = readFileSync(join(folder, 'README.md'), 'utf8')
      const question = /^# (.*)$/m.exec(readme)?.[1] ?? ''
      return { number: Number(name.slice(0, 2)), name, folder, question }
    })
}
