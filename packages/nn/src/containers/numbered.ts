import { RungsError } from '@rungs/autograd'
import { Module, nameOf } from '../module.ts'

/** Parts under the numbers from 0, as fields: `list[0]`, and names such as `0.weight`. */
export abstract class Numbered<M extends object> extends Module implements Iterable<M> {
  readonly [index: number]: M

  /** @throws {RungsError} where a part is not what belongs here. */
  constructor(parts: readonly M[]) {
    super()
    this.append(...parts)
  }

  /** Whether a value may be a part. */
  protected abstract accepts(part: unknown): boolean

  get length(): number {
    let length = 0
    while (this[length] !== undefined) length++
    return length
  }

  /** The part of a number, from the end where it is negative. */
  at(index: number): M | undefined {
    return this[index < 0 ? index + this.length : index]
  }

  /** Add parts at the end. @throws {RungsError} where one is not what belongs here; none has been added then. */
  append(...parts: readonly M[]): this {
    this.splice(this.length, 0, ...parts)
    return this
  }

  /** Take parts away and put others in their place, as an array does: `splice(1, 0, part)` inserts. Gives what was taken. */
  splice(start: number, count: number, ...parts: readonly M[]): M[] {
    for (const [i, part] of parts.entries()) {
      if (!this.accepts(part))
        throw new RungsError(`${nameOf(this)}: layer ${start + i} is not a Module: ${textOf(part)}`)
    }
    const all = [...this]
    const taken = all.splice(start, count, ...parts)
    for (let i = this.length - 1; i >= all.length; i--) Reflect.deleteProperty(this, i)
    Object.assign(this, all)
    return taken
  }

  *[Symbol.iterator](): Iterator<M> {
    for (let i = 0, part = this[0]; part !== undefined; part = this[++i]) yield part
  }
}

function textOf(part: unknown): string {
  if (Array.isArray(part)) return 'an array; spread it, ...layers'
  return typeof part === 'function' ? `the function ${part.name}; there are layers, such as new ReLU()` : String(part)
}
