import { type Bytes, section, text, unsigned, vector } from './bytes.ts'
import { bytesOfCode, type Code } from './code.ts'
import { FunctionBuilder, type Local, typeCodes, type ValueType } from './function.ts'

export interface Signature {
  readonly params: readonly ValueType[]
  readonly results?: readonly ValueType[]
  /** The name it is exported under. */
  readonly export?: string
}

/** A function of the module: calling it with code gives code. */
export type EmittedFunction = (...args: Code[]) => Code

/** What the module's memory is; it is always imported, as `env.memory`. */
export interface MemoryType {
  readonly shared: boolean
  /** Pages of 64 kB. */
  readonly maximum: number
}

/**
 * Functions of `Math` that kernels may call: correct to the last place or two for any double, and in V8 a call of C, not
 * of JavaScript, for most.
 */
export type MathName = 'exp' | 'expm1' | 'log' | 'log1p' | 'sin' | 'cos' | 'tanh' | 'pow'

/** Functions over one imported memory, and what they look like as bytes. */
export class ModuleBuilder {
  private readonly types: Bytes[] = []
  private readonly bodies: Bytes[] = []
  private readonly exports: Bytes[] = []
  private readonly imports: readonly MathName[]

  /** @param imports what `math` may name. */
  constructor(imports: readonly MathName[] = []) {
    this.imports = imports
    for (const name of imports) this.types.push(functionType(name === 'pow' ? ['f64', 'f64'] : ['f64'], ['f64']))
  }

  /** An imported function on doubles. */
  math(name: MathName): EmittedFunction {
    return calling(this.imports.indexOf(name))
  }

  /** Define a function; `build` gets its parameters as variables. Functions call those that stand before them. */
  function(signature: Signature, build: (f: FunctionBuilder, ...params: Local[]) => void): EmittedFunction {
    const { params, results = [] } = signature
    const builder = new FunctionBuilder(params)
    build(builder, ...builder.params)
    const index = this.types.push(functionType(params, results)) - 1
    this.bodies.push(builder.finish())
    if (signature.export !== undefined) this.exports.push([...text(signature.export), 0, ...unsigned(index)])
    return calling(index)
  }

  finish({ shared, maximum }: MemoryType): Uint8Array<ArrayBuffer> {
    const limits = [shared ? 3 : 1, ...unsigned(0), ...unsigned(maximum)]
    const memory = [...text('env'), ...text('memory'), 2, ...limits]
    const functions = this.imports.map((name, index) => [...text('math'), ...text(name), 0, ...unsigned(index)])
    const indices = this.bodies.map((_, i) => unsigned(this.imports.length + i))
    return Uint8Array.from([
      ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      ...section(1, this.types),
      ...section(2, [memory, ...functions]),
      ...section(3, indices),
      ...section(7, this.exports),
      ...section(10, this.bodies),
    ])
  }
}

const functionType = (params: readonly ValueType[], results: readonly ValueType[]): Bytes => [
  0x60,
  ...vector(params.map((type) => [typeCodes[type]])),
  ...vector(results.map((type) => [typeCodes[type]])),
]

const calling =
  (index: number): EmittedFunction =>
  (...args) => [...args.flatMap((code) => bytesOfCode(code)), 0x10, ...unsigned(index)]
