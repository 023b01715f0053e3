import { RungsError } from '@rungs/ndarray'
import type { Item } from '../item.ts'
import { type RunOptions, runLesson } from '../run.ts'
import { captureConsole } from './captureConsole.ts'
import { openDevice } from './devices.ts'
import { paintFor } from './draw/paint.ts'
import { terminal } from './terminal.ts'

/** Node's exit code where nothing can happen any more, and a module still waits. */
const STILL_WAITING = 13

/** Runs a lesson and draws what it shows; an error of the lesson is shown with its line, and the process fails. */
export async function runInTerminal(load: () => Promise<unknown>, options: RunOptions): Promise<void> {
  const { stdout } = process
  // Whoever reads our output may have seen enough, as `head` does.
  stdout.on('error', () => process.exit())
  // The lesson's line stands below what the library called on the way.
  Error.stackTraceLimit = 100
  const screen = terminal(stdout, paintFor(stdout))
  const host = { show: (item: Item) => screen.show(item), openDevice }
  const giveBack = captureConsole(host)
  process.once('exit', () => {
    if (process.exitCode !== STILL_WAITING) return
    screen.end()
    process.stderr.write('The lesson awaits something that never happens.\n')
  })
  try {
    await runLesson(host, options, load)
  } catch (error) {
    screen.end()
    process.stderr.write(`${describe(error)}\n`)
    process.exitCode = 1
  } finally {
    screen.end()
    giveBack()
  }
}

/** Our own errors say what to do; with the line of the lesson that they come from. Others come whole. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (!(error instanceof RungsError)) return error.stack ?? error.message
  const line = error.stack?.split('\n').find((line) => line.includes('lesson.ts:'))
  return [`${error.name}: ${error.message}`, ...(line === undefined ? [] : [line])].join('\n')
}
