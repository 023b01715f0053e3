import { RungsError } from '@rungs/autograd'
import { Module } from '../module.ts'
import { Numbered } from './numbered.ts'

/**
 * Modules in a list, for a `forward` of your own: `list[0]`, `for (const layer of list)`. In a field, a plain array does the
 * same; a ModuleList is a module too, with `parameters()` and all.
 */
export class ModuleList<M extends Module = Module> extends Numbered<M> {
  static override typeName: string = 'ModuleList'

  /** @throws {RungsError} where one is no Module. */
  constructor(modules: Iterable<M> = []) {
    super([...modules])
  }

  protected accepts(part: unknown): boolean {
    return part instanceof Module
  }

  /** @throws {RungsError} always: a list does not say in which order its modules are called. */
  forward(): never {
    throw new RungsError('Module [ModuleList] is missing the required "forward" function: call its modules')
  }
}
