// What `pnpm lesson …` was asked for.
import { parseArgs } from 'node:util'

export const DEVICES = /** @type {const} */ (['cpu', 'wasm', 'webgpu'])

/**
 * @typedef {import('./lessons.mjs').Lesson} Lesson
 * @typedef {{ device: typeof DEVICES[number], seed: number }} RunOptions
 * @typedef {{ kind: 'help' } | { kind: 'list' } | { kind: 'refuse', why: string }
 *   | { kind: 'run', lessons: Lesson[], options: RunOptions }} Request
 */

/** @param {readonly string[]} args @param {readonly Lesson[]} lessons @returns {Request} */
export function parseRequest(args, lessons) {
  /** @param {string} why @returns {Request} */
  const refuse = (why) => ({ kind: 'refuse', why })
  let parsed
  try {
    parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        device: { type: 'string', default: 'cpu' },
        seed: { type: 'string', default: '0' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
  } catch (error) {
    return refuse(/** @type {Error} */ (error).message)
  }
  const { values, positionals } = parsed
  if (values.help) return { kind: 'help' }
  const device = DEVICES.find((name) => name === values.device)
  if (device === undefined) return refuse(`there is no device '${values.device}'; there are ${DEVICES.join(', ')}`)
  const seed = Number(values.seed)
  if (!/^\d+$/.test(values.seed) || seed >= 2 ** 32) {
    return refuse(`a seed is a whole number from 0 to 4294967295, got '${values.seed}'`)
  }
  if (positionals.length === 0) return { kind: 'list' }
  if (positionals.length > 1) {
    return refuse(`one lesson at a time, or all of them with 'all'; got ${positionals.join(' ')}`)
  }
  const [wanted = ''] = positionals
  const chosen = lessons.filter((lesson) => wanted === 'all' || isMeant(lesson, wanted))
  if (chosen.length > 0) return { kind: 'run', lessons: chosen, options: { device, seed } }
  return refuse(`there is no lesson '${wanted}'; without a name, pnpm lesson says which there are`)
}

/** By number, by name, or by the name without its number. @param {Lesson} lesson @param {string} wanted */
const isMeant = ({ number, name }, wanted) =>
  (/^\d+$/.test(wanted) && Number(wanted) === number) || wanted === name || wanted === name.slice(3)
