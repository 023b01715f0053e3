import type { Paint } from '@rungs/lesson/node'
import { curve } from './curve.ts'
import type { Rung } from './ladder.ts'
import type { Result } from './training.ts'

/** The steps that the tables show. */
const STEPS = [99, 199, 299, 399, 499]
/** Columns that the table takes; the curve stands to the right of it. */
const TABLE = 46

/** A rung that ran, or why it did not. */
export interface Outcome {
  readonly rung: Rung
  /** `wasm`, `cpu`, `webgpu`, or `webgpu (software)`. */
  readonly device: string
  readonly result: Result | { readonly missing: string } | { readonly failure: string }
}

/** Number and title of a rung, the file to open, and what it is about. */
export function heading(position: number, { title, lesson, file }: Rung, paint: Paint): string {
  const path = `apps/ladder/src/rungs/${file}`
  return `${paint('bold', `${position}  ${title.padEnd(77 - path.length)}`)}${paint('dim', path)}\n   ${lesson}`
}

/** The losses beside the teacher's, and beside both the curve, whose dots are the teacher's losses. */
export function report({ rung, device, result }: Outcome, paint: Paint): string {
  if ('missing' in result) return paint('yellow', wrap(`Left out. ${result.missing}`))
  if ('failure' in result) return paint('red', wrap(`Failed. ${result.failure}`))
  const { losses, msPerStep, strays } = result
  const steps = STEPS.filter((step) => step < losses.length)
  const header = columns('step', 'loss', `${rung.teacher}'s`, 'difference')
  const rows = steps.map((step) => {
    const [ours, theirs] = [losses[step]!, rung.golden.at[step]!]
    return columns(String(step), showLoss(ours), showLoss(theirs), showDifference(ours, theirs))
  })
  const left = [header, ...rows, `   ${device}, ${msPerStep.toFixed(1)} ms a step`]
  const right = curve(losses, rung.golden, steps)
  const height = Math.max(left.length, right.length)
  const lines = Array.from({ length: height }, (_, i) => `${(left[i] ?? '').padEnd(TABLE)}${right[i] ?? ''}`.trimEnd())
  if (strays !== null) lines.push(paint('red', wrap(`Strays: ${strays}.`)))
  return lines.join('\n')
}

/** Every rung in one line. */
export function summary(outcomes: readonly Outcome[], paint: Paint): string {
  const row = (position: string, title: string, device: string, ms: string, loss: string): string =>
    `${position.padEnd(3)}${title.padEnd(26)}${device.padEnd(19)}${ms.padStart(7)}${loss.padStart(12)}   `
  const rows = outcomes.map(({ rung, device, result }, i) => {
    const trained = 'losses' in result
    const ms = trained ? result.msPerStep.toFixed(1) : ''
    const loss = trained ? showLoss(result.losses.at(-1)!) : ''
    return row(String(i + 1), rung.title, device, ms, loss) + verdict(rung, result, paint)
  })
  return [paint('dim', `${row('', 'rung', 'device', 'ms/step', 'last loss')}verdict`), ...rows].join('\n')
}

function verdict({ teacher }: Rung, result: Outcome['result'], paint: Paint): string {
  if ('missing' in result) return paint('yellow', 'left out')
  if ('failure' in result) return paint('red', 'failed')
  return result.strays === null ? paint('green', `as ${teacher}`) : paint('red', 'strays')
}

const columns = (step: string, ours: string, theirs: string, difference: string): string =>
  step.padStart(7) + ours.padStart(12) + theirs.padStart(12) + difference.padStart(12)

/** Lines of at most eighty columns, each a little to the right. */
const wrap = (text: string): string => text.replace(/(\S.{0,76})(?:\s+|$)/g, '   $1\n').trimEnd()

/** Six digits, with an exponent where that is shorter. */
export function showLoss(loss: number): string {
  const size = Math.abs(loss)
  return size >= 1e-3 && size < 1e6 ? loss.toPrecision(6) : loss.toExponential(4)
}

function showDifference(ours: number, theirs: number): string {
  return ours === theirs ? 'none' : (Math.abs(ours - theirs) / Math.abs(theirs)).toExponential(0)
}
