import { RungsError } from '@rungs/autograd'
import { partsOf } from '../members.ts'
import { Module } from '../module.ts'

/**
 * Modules by name, for a `forward` of your own: `heads.get('left')`. In a field, a Map or a plain object does the same; a
 * ModuleDict is a module too, with `parameters()` and all. Names are data: they stay as they are in state dicts.
 */
export class ModuleDict<M extends Module = Module> extends Module implements Iterable<[string, M]> {
  static override typeName: string = 'ModuleDict'

  /** @throws {RungsError} where one is no Module. */
  constructor(modules: Readonly<Record<string, M>> | Iterable<readonly [string, M]> = {}) {
    super()
    partsOf.set(this, new Map())
    for (const [name, module] of Symbol.iterator in modules ? modules : Object.entries(modules)) this.set(name, module)
  }

  get size(): number {
    return mapOf(this).size
  }
  get(name: string): M | undefined {
    return mapOf(this).get(name)
  }
  has(name: string): boolean {
    return mapOf(this).has(name)
  }
  delete(name: string): boolean {
    return mapOf(this).delete(name)
  }
  /** @throws {RungsError} for what is no Module, and for a name with a dot, which would read as two. */
  set(name: string, module: M): this {
    if (!(module instanceof Module)) throw new RungsError(`ModuleDict: ${name} is not a Module: ${String(module)}`)
    if (name === '' || name.includes('.')) {
      throw new RungsError(`ModuleDict: a name has letters and no ".", got "${name}"`)
    }
    mapOf(this).set(name, module)
    return this
  }
  keys(): IterableIterator<string> {
    return mapOf(this).keys()
  }
  values(): IterableIterator<M> {
    return mapOf(this).values()
  }
  [Symbol.iterator](): IterableIterator<[string, M]> {
    return mapOf(this).entries()
  }

  /** @throws {RungsError} always: a dict does not say in which order its modules are called. */
  forward(): never {
    throw new RungsError('Module [ModuleDict] is missing the required "forward" function: call its modules')
  }
}

const mapOf = <M extends Module>(dict: ModuleDict<M>): Map<string, M> => partsOf.get(dict) as Map<string, M>
