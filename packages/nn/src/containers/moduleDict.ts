import { RungsError } from '@rungs/autograd'
import { partsOf } from '../members.ts'
import { Module } from '../module.ts'

/**
 * Modules by name, for a `forward` of your own: `heads.get('left')`. In a field, a Map or a plain object does the same; a
 * ModuleDict is a module too, with `parameters()` and all. Names are data: they stay as they are in state dicts.
 */
export class ModuleDict<M extends Module = Module> extends Module implements Iterable<[string, M]> {
  static override typeName: string = 'ModuleDict'
  readonly #modules: Map<string, M> = new Map()

  /** @throws {RungsError} where one is no Module. */
  constructor(modules: Readonly<Record<string, M>> | Iterable<readonly [string, M]> = {}) {
    super()
    partsOf.set(this, this.#modules)
    for (const [name, module] of Symbol.iterator in modules ? modules : Object.entries(modules)) this.set(name, module)
  }

  get size(): number {
    return this.#modules.size
  }
  get(name: string): M | undefined {
    return this.#modules.get(name)
  }
  has(name: string): boolean {
    return this.#modules.has(name)
  }
  delete(name: string): boolean {
    return this.#modules.delete(name)
  }
  /** @throws {RungsError} for what is no Module, and for a name with a dot, which would read as two. */
  set(name: string, module: M): this {
    if (!(module instanceof Module)) throw new RungsError(`ModuleDict: ${name} is not a Module: ${String(module)}`)
    if (name === '' || name.includes('.')) {
      throw new RungsError(`ModuleDict: a name has letters and no ".", got "${name}"`)
    }
    this.#modules.set(name, module)
    return this
  }
  keys(): IterableIterator<string> {
    return this.#modules.keys()
  }
  values(): IterableIterator<M> {
    return this.#modules.values()
  }
  [Symbol.iterator](): IterableIterator<[string, M]> {
    return this.#modules.entries()
  }

  /** @throws {RungsError} always: a dict does not say in which order its modules are called. */
  forward(): never {
    throw new RungsError('Module [ModuleDict] is missing the required "forward" function: call its modules')
  }
}
