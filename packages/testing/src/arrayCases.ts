import { type ConformanceCase, ConformanceError } from './conformance/check.ts'
import type { ArrayLike, DeviceLike, DType, ModuleLike, TypedArray } from './conformance/module.ts'
import { typedArrays } from './conformance/numbers.ts'
import { type GoldenCompact, type GoldenResult, loadArrays } from './golden.ts'
import { expectClose, type Tolerance } from './tolerance.ts'

const dtypes: { readonly [K in GoldenCompact['t']]: DType } = { f: 'float32', i: 'int32', b: 'bool' }

/** What moves elements keeps the sign of a zero; sums and comparisons may give the other one. */
const moving = new Set([
  ...['at', 'clone', 'set', 'sort', 'topk', 'take', 'takeAlongDim', 'gather', 'maskedSelect', 'flip', 'roll', 'tile'],
  ...['repeatInterleave', 'pad', 'movedim', 'cat', 'stack', 'hstack', 'vstack', 'dstack', 'columnStack', 'meshgrid'],
  ...['copysign', 'broadcastArrays', 'tensorSplit', 'hsplit', 'unbind', 'tril', 'triu'],
])
/** Another C library's last digits, and sums in another order. */
const NEAR: Tolerance = { relative: 2e-6, absolute: 2e-6 }
/** WGSL promises sines and cosines to 2^-11 of 1, and their quotient inherits it. */
const TRIGONOMETRIC: Tolerance = { relative: 2e-2, absolute: 2e-3 }

type Callable = (...args: unknown[]) => unknown

/** Every row of the golden file of arrays, as a test for a device: called by name, as a function or as a method. */
export function arrayCases(nd: ModuleLike, device: DeviceLike): ConformanceCase[] {
  const { bases, cases } = loadArrays()
  const functions = nd as unknown as Readonly<Record<string, Callable | undefined>>

  return cases.map(({ f: name, a: args, r: wanted, c: close }, row) => ({
    name: `${row} ${name}(${args.map((arg) => JSON.stringify(arg)).join(', ')})`,
    async run() {
      const made = new Map<number, ArrayLike>()
      const array = ({ s, t, d }: GoldenCompact): ArrayLike =>
        nd.fromTypedArray(new typedArrays[dtypes[t]](d), s, { dtype: dtypes[t], device })
      const baseAt = (i: number): ArrayLike => {
        const base = made.get(i) ?? array(bases[i]!)
        made.set(i, base)
        return base
      }
      const resolve = (arg: unknown): unknown => {
        if (Array.isArray(arg)) return arg.map(resolve)
        if (typeof arg !== 'object' || arg === null) return arg
        if ('u' in arg) return undefined
        if ('d' in arg) return array(arg as GoldenCompact)
        if (!('b' in arg)) return Object.fromEntries(Object.entries(arg).map(([key, part]) => [key, resolve(part)]))
        const { b, v } = arg as { b: number; v: readonly (readonly [string, ...unknown[]])[] }
        return v.reduce<unknown>((x, [method, ...rest]) => methodOf(x, method)(...rest), baseAt(b))
      }
      const given = args.map(resolve)
      const call = functions[name]
      const result = await (call === undefined ? methodOf(given[0], name)(...given.slice(1)) : call(...given))
      const tolerance = toleranceOf(name, close === 1, device)
      await compare(name, name === 'set' ? baseAt((args[0] as { b: number }).b) : result, wanted, tolerance)
    },
  }))
}

const methodOf =
  (x: unknown, name: string): Callable =>
  (...args) =>
    (x as Readonly<Record<string, Callable>>)[name]!.apply(x, args)

function toleranceOf(name: string, close: boolean, device: DeviceLike): Tolerance {
  if (!close) return { signedZero: moving.has(name) }
  return name === 'tan' && device.name === 'webgpu' ? TRIGONOMETRIC : NEAR
}

async function compare(what: string, actual: unknown, wanted: GoldenResult, tolerance: Tolerance): Promise<void> {
  if (typeof wanted === 'boolean') {
    if (actual !== wanted) throw new ConformanceError(`${what}: ${String(actual)}, expected ${wanted}`)
  } else if (Array.isArray(wanted)) {
    const list = actual as readonly unknown[]
    if (list.length !== wanted.length) {
      throw new ConformanceError(`${what}: ${list.length} results, expected ${wanted.length}`)
    }
    for (const [i, part] of wanted.entries()) await compare(`${what}[${i}]`, list[i], part, tolerance)
  } else if ('d' in wanted) {
    const { s, t, d } = wanted as GoldenCompact
    const array = actual as ArrayLike
    const shape = `${array.dtype} [${array.shape.join()}]`
    if (shape !== `${dtypes[t]} [${s.join()}]`) {
      throw new ConformanceError(`${what}: ${shape}, expected ${dtypes[t]} [${s.join()}]`)
    }
    const values: TypedArray = await array.toTypedArray()
    expectClose(values, t === 'f' ? Float32Array.from(d) : d, tolerance, what)
  } else {
    const parts = actual as Readonly<Record<string, unknown>>
    for (const [key, part] of Object.entries(wanted)) await compare(`${what}.${key}`, parts[key], part, tolerance)
  }
}
