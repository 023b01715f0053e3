import { DTypeError } from './errors.ts'

/** What Node's console shows for a class of ours: its own text. */
export function inspectAsText(this: object): string {
  return String(this)
}

/** Text where text is wanted, as in `'loss: ' + x`; JavaScript's operators on numbers have no meaning for arrays. */
export function toText(this: object, hint: string): string {
  if (hint !== 'number') return this.toString()
  throw new DTypeError(
    "JavaScript's operators do not work on arrays: write x.mul(2), x.sub(1), x.gt(0) in place of x * 2, x - 1, x > 0, and " +
      'await x.item() for the number of a 0-d array',
  )
}
