// Runs a lesson in the terminal: node scripts/lesson.mjs 3 --device wasm --seed 1
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { bundle } from './lib/bundle.mjs'
import { DEVICES, parseRequest } from './lib/lessonArguments.mjs'
import { APPS, findLessons } from './lib/lessons.mjs'

const HELP = `pnpm lesson                  which lessons there are
pnpm lesson 3                runs the third; its name does too, and so does all
  --device ${DEVICES.join('|')}   where its arrays live; cpu when left out
  --seed 1                   what its random numbers begin with; 0 when left out

Each is a file of at most 150 lines, apps/…/lesson.ts: change a line and run it again.`

// Whoever reads our output may have seen enough, as `head` does.
process.stdout.on('error', () => process.exit())

const lessons = findLessons()
const request = parseRequest(process.argv.slice(2), lessons)
switch (request.kind) {
  case 'help':
    console.log(HELP)
    break
  case 'list':
    for (const { number, name, question } of lessons) {
      console.log(`${String(number).padStart(2)}  ${name.slice(3).padEnd(16)}${question}`)
    }
    console.log('\npnpm lesson 1 runs the first; pnpm lesson --help says what else there is.')
    break
  case 'refuse':
    console.error(`pnpm lesson: ${request.why}`)
    process.exitCode = 1
    break
  case 'run':
    await run(request)
}

/** @param {Extract<import('./lib/lessonArguments.mjs').Request, { kind: 'run' }>} request */
async function run({ lessons: [first, ...others], options }) {
  if (first === undefined) return
  if (others.length === 0) return runOne(first, options)
  // A process each: none finds what another left behind.
  for (const { name, question } of [first, ...others]) {
    console.log(`\n${name}  ${question}`)
    const args = [fileURLToPath(import.meta.url), name, '--device', options.device, '--seed', String(options.seed)]
    const [status] = await once(spawn(process.execPath, args, { stdio: 'inherit' }), 'exit')
    if (status !== 0) process.exitCode = 1
  }
}

/** @param {import('./lib/lessons.mjs').Lesson} lesson @param {import('./lib/lessonArguments.mjs').RunOptions} options */
async function runOne({ name, folder }, options) {
  const contents = `import { runInTerminal } from '@rungs/lesson/node'
export const run = (options) => runInTerminal(() => import('./lesson.ts'), options)`
  // In the kit's folder the bundle finds the packages from outside that the kit brings.
  const outfile = join(APPS, 'kit/dist', `${name}.js`)
  await bundle({ stdin: { contents, resolveDir: folder } }, outfile).catch(() => process.exit(1))
  process.setSourceMapsEnabled(true)
  const { run } = await import(pathToFileURL(outfile).href)
  await run(options)
}
