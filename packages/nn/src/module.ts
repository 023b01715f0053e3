import {
  checkOptions,
  type Device,
  type DType,
  DTypeError,
  dtypes,
  type HookHandle,
  inspectAsText,
  isFloat,
  RungsError,
  type Tensor,
} from '@rungs/autograd'
import { type Buffer, isBuffer } from './buffer.ts'
import { addHook, type CallGradients } from './hooks.ts'
import { members, type Named } from './members.ts'
import { isParameter, type Parameter } from './parameter.ts'
import { printTree } from './print.ts'
import { collectState, isState, type LoadOptions, type LoadResult, loadState, type StateDict } from './stateDict.ts'

export interface ZeroGradOptions {
  /** True when left out. */
  readonly setToNull?: boolean
}

/**
 * A part of a network: parameters and other modules in its fields, and a `forward` that users write and call. Fields are
 * found by themselves (arrays, Maps and plain objects of them too), in the order of declaration; a parameter or module
 * that stands in several places counts once.
 *
 * ```ts
 * class TwoLayerNet extends Module {
 *   static override typeName = 'TwoLayerNet'
 *   linear1 = new Linear(1000, 100)
 *   linear2 = new Linear(100, 10)
 *   forward(x: Tensor): Tensor {
 *     return this.linear2.forward(this.linear1.forward(x).clamp({ min: 0 }))
 *   }
 * }
 * ```
 */
export abstract class Module {
  /** The printed name of a class that states one; others print under their own, which bundlers may shorten. */
  static typeName: string = 'Module'

  /** Some layers compute otherwise while training; see `train` and `eval`. */
  training: boolean = true

  /** What the module computes; `model.forward(x)` is the call. */
  abstract forward(...inputs: never[]): unknown

  /** All parameters, those of inner modules included, each once. */
  parameters(): Parameter[] {
    return this.namedParameters().map(([, parameter]) => parameter)
  }

  /** As `parameters`, with the names that state dicts use, such as `linear1.weight`. */
  namedParameters(): Named<Parameter>[] {
    return inside(this, isParameter)
  }

  /** All buffers, those of inner modules included, each once. */
  buffers(): Buffer[] {
    return this.namedBuffers().map(([, buffer]) => buffer)
  }

  /** As `buffers`, with names such as `norm.running_mean`. */
  namedBuffers(): Named<Buffer>[] {
    return inside(this, isBuffer)
  }

  /** The modules in this module's own fields, each once. */
  children(): Module[] {
    return this.namedChildren().map(([, child]) => child)
  }

  /** As `children`, with names such as `linear1` and `layers.0`. */
  namedChildren(): Named<Module>[] {
    const found = new Map<Module, string>()
    for (const [name, child] of members(this, isModule)) if (!found.has(child)) found.set(child, name)
    return Array.from(found, ([child, name]) => [name, child])
  }

  /** This module and all inside it, outermost first, each once. */
  modules(): Module[] {
    return this.namedModules().map(([, module]) => module)
  }

  /** As `modules`, with names such as `encoder.0`; this module's own is empty. */
  namedModules(): Named<Module>[] {
    const found = new Map<Module, string>()
    const visit = (name: string, module: Module): void => {
      if (found.has(module)) return
      found.set(module, name)
      for (const [child, inner] of module.namedChildren()) visit(join(name, child), inner)
    }
    visit('', this)
    return Array.from(found, ([module, name]) => [name, module])
  }

  /**
   * Every parameter and persistent buffer, detached, under each of its names. They share memory with the model: clone what
   * has to stay. Names are PyTorch's: a field `runningMean` is `running_mean` (see `fieldName`).
   */
  stateDict(): StateDict {
    return collectState(everyName(this, isState))
  }

  /**
   * Copy values into the parameters and buffers of the same names.
   * @throws {RungsError} listing the names that are missing and unexpected (unless `strict` is false), and the shapes that
   * differ; nothing has been written then.
   */
  loadStateDict(dict: StateDict, options: LoadOptions = {}): LoadResult {
    return loadState(nameOf(this), everyName(this, isState), dict, options)
  }

  /** Training mode for this module and all inside it. */
  train(mode: boolean = true): this {
    for (const module of this.modules()) module.training = mode
    return this
  }

  /** `train(false)`. */
  eval(): this {
    return this.train(false)
  }

  /**
   * Drop the gradients of all parameters, so that an optimiser leaves alone what the next backward pass does not reach. With
   * `setToNull` false they become zeros instead, and momentum goes on.
   */
  zeroGrad(options: ZeroGradOptions = {}): void {
    checkOptions(options, ['setToNull'], 'zeroGrad')
    const { setToNull = true } = options
    for (const parameter of this.parameters()) {
      if (setToNull) parameter.grad = null
      else parameter.grad?.zero_()
    }
  }

  /** Whether parameters get gradients: `requiresGrad_(false)` freezes them. */
  requiresGrad_(requiresGrad: boolean = true): this {
    for (const parameter of this.parameters()) parameter.requiresGrad_(requiresGrad)
    return this
  }

  /**
   * Move all parameters and buffers to a device, or convert those of floats to another float dtype. They stay the same
   * objects, so an optimiser made before keeps working.
   * @throws {DTypeError} for a dtype that is not a float.
   * @throws {DeviceError} where they are on a device that cannot be read at once; `await transfer(device)` then.
   */
  to(target: Device | DType): this {
    if (typeof target === 'string' && !(Object.hasOwn(dtypes, target) && isFloat(target))) {
      throw new DTypeError(
        `Module.to only accepts floating point dtypes, but got desired dtype=${target}` +
          (Object.hasOwn(dtypes, target) ? '' : '; a device is a value, such as cpu, not a name'),
      )
    }
    for (const part of [...this.parameters(), ...this.buffers()]) {
      if (typeof target === 'string' && !isFloat(part.dtype)) continue
      replace(part, part.detach().to(target), part.grad?.to(target))
    }
    return this
  }

  /** As `to`, from any device. */
  async transfer(device: Device): Promise<this> {
    for (const part of [...this.parameters(), ...this.buffers()]) {
      replace(part, await part.detach().transfer(device), await part.grad?.transfer(device))
    }
    return this
  }

  /** Call `visit` with every module inside, then with this one: to initialise a model, say. */
  apply(visit: (module: Module) => void): this {
    for (const child of this.children()) child.apply(visit)
    visit(this)
    return this
  }

  /**
   * The module of a name, such as `encoder.layers.0`; this one for the empty name.
   * @throws {RungsError} where there is none.
   */
  getSubmodule(name: string): Module {
    return named(this, 'module', name, this.namedModules())
  }

  /** The parameter of a name, such as `linear1.weight`. @throws {RungsError} where there is none. */
  getParameter(name: string): Parameter {
    return named(this, 'parameter', name, this.namedParameters())
  }

  /** The buffer of a name, such as `norm.running_mean`. @throws {RungsError} where there is none. */
  getBuffer(name: string): Buffer {
    return named(this, 'buffer', name, this.namedBuffers())
  }

  /** Call `hook` before every `forward` with its inputs; what it returns (one input, or a list) takes their place. */
  registerForwardPreHook<M extends Module>(
    this: M,
    hook: (module: M, inputs: Parameters<M['forward']>) => unknown,
  ): HookHandle {
    return addHook(this, 'before', hook)
  }

  /** Call `hook` after every `forward` with inputs and output; what it returns takes the place of the output. */
  registerForwardHook<M extends Module>(
    this: M,
    hook: (module: M, inputs: Parameters<M['forward']>, output: ReturnType<M['forward']>) => unknown,
  ): HookHandle {
    return addHook(this, 'after', hook)
  }

  /**
   * Call `hook` in every backward pass that comes through this module, with the gradients of its inputs and of its outputs;
   * what it returns takes the place of those of the inputs. They are `[null]` where no input has a gradient.
   */
  registerFullBackwardHook<M extends Module>(
    this: M,
    hook: (module: M, gradInput: CallGradients, gradOutput: CallGradients) => CallGradients | undefined,
  ): HookHandle {
    return addHook(this, 'backward', hook)
  }

  /** What stands between the parentheses when the module is printed. */
  extraRepr(): string {
    return ''
  }

  /** As PyTorch prints modules, one line a layer. */
  toString(): string {
    return printTree(nameOf(this), this.extraRepr(), this, isModule)
  }
}

Object.defineProperty(Module.prototype, Symbol.for('nodejs.util.inspect.custom'), { value: inspectAsText })

function replace(part: Parameter | Buffer, values: Tensor, grad: Tensor | undefined): void {
  part.grad = null
  part.data = values
  if (grad !== undefined) part.grad = grad
}

const isModule = (value: object): value is Module => value instanceof Module

const join = (prefix: string, name: string): string => (prefix === '' ? name : `${prefix}.${name}`)

/** The printed name of a module's class. */
export function nameOf({ constructor }: Module): string {
  return Object.hasOwn(constructor, 'typeName') ? (constructor as typeof Module).typeName : constructor.name
}

function named<T>(owner: Module, what: string, name: string, known: readonly Named<T>[]): T {
  const found = known.find(([each]) => each === name)
  if (found !== undefined) return found[1]
  const names = known.flatMap(([each]) => (each === '' ? [] : [each]))
  throw new RungsError(
    `${nameOf(owner)} has no ${what} ${name}; it has ${names.length === 0 ? 'none' : names.join(', ')}`,
  )
}

/** What `belongs` in the fields of a module and of all inside it: each once, under its first name. */
function inside<T extends object>(root: Module, belongs: (value: object) => value is T): Named<T>[] {
  const found = new Map<T, string>()
  for (const [prefix, module] of root.namedModules()) {
    for (const [name, part] of members(module, belongs)) if (!found.has(part)) found.set(part, join(prefix, name))
  }
  return Array.from(found, ([part, name]) => [name, part])
}

/** As `inside`, under all their names: a module, parameter or buffer in two places has two. */
function* everyName<T extends object>(
  module: Module,
  belongs: (value: object) => value is T,
  prefix = '',
  open = new Set<Module>(),
): Generator<Named<T>, void, undefined> {
  if (open.has(module)) return
  open.add(module)
  for (const [name, part] of members(module, belongs)) yield [join(prefix, name), part]
  for (const [name, child] of members(module, isModule)) yield* everyName(child, belongs, join(prefix, name), open)
  open.delete(module)
}
