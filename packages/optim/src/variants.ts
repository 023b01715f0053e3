import type { Program } from '@rungs/autograd'

/** A formula in the form that some options ask for; each form is put together once. */
export function variants<O>(
  flags: (options: O) => readonly boolean[],
  make: (options: O) => Program,
): (options: O) => Program {
  const made = new Map<number, Program>()
  return (options) => {
    const key = flags(options).reduce((bits, flag) => bits * 2 + Number(flag), 0)
    let found = made.get(key)
    if (found === undefined) {
      found = make(options)
      made.set(key, found)
    }
    return found
  }
}
