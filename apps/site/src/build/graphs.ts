import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { bundle } from '../../../../scripts/lib/bundle.mjs'
import { drawGraph } from '../graph.ts'
import { SITE } from './paths.ts'
import type { Lesson } from './site.ts'

/** The graphs that the unedited lesson shows, drawn, by their text; none where it shows none. */
export async function drawGraphsOf(lesson: Lesson): Promise<Record<string, string>> {
  if (!/\bgraph\b.* from '@rungs\/lesson'/.test(lesson.code)) return {}
  const drawings: Record<string, string> = {}
  for (const dot of await graphsOf(lesson)) drawings[dot] ??= await drawGraph(dot)
  return drawings
}

/** Runs the lesson in a process of its own, and keeps every graph that it shows. */
async function graphsOf({ folder, name }: Lesson): Promise<string[]> {
  const [program, output] = [join(SITE, '.cache', `${name}.js`), join(SITE, '.cache', `${name}.json`)]
  const contents = `
import { writeFileSync } from 'node:fs'
import { runLesson } from '@rungs/lesson'
import { openDevice } from '@rungs/lesson/node'
const graphs = []
const show = (item) => { if (item.kind === 'graph') graphs.push(item.dot) }
await runLesson({ show, openDevice }, { device: 'cpu', seed: 0 }, () => import('./lesson.ts'))
writeFileSync(${JSON.stringify(output)}, JSON.stringify(graphs))`
  await bundle({ stdin: { contents, resolveDir: folder } }, program)
  await promisify(execFile)(process.execPath, [program])
  return JSON.parse(readFileSync(output, 'utf8')) as string[]
}
