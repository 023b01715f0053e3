import { type DType, DTypeError } from '@rungs/ndarray'
import { type Binary, type Code, f32, f64, i32 } from '../emit/index.ts'

/** One element at a time, as a number of its own: f32, f64 or i32. */
export interface Element {
  readonly type: 'f32' | 'f64' | 'i32'
  readonly load: (at: Code) => Code
  readonly store: (at: Code, value: Code) => Code
  /** Booleans: their sum is `or`. */
  readonly add: Binary
}

const whole: Element = { type: 'i32', load: i32.load, store: i32.store, add: i32.add }
const byte: Element = { type: 'i32', load: i32.load8, store: i32.store8, add: i32.add }

const elements: { readonly [D in DType]?: Element } = {
  float32: { type: 'f32', load: f32.load, store: f32.store, add: f32.add },
  float64: { type: 'f64', load: f64.load, store: f64.store, add: f64.add },
  int32: whole,
  uint32: whole,
  uint8: byte,
  bool: { ...byte, add: i32.or },
}

export function element(dtype: DType): Element {
  const found = elements[dtype]
  if (found === undefined) throw new DTypeError(`wasm computes no ${dtype}: cast to float32 first`)
  return found
}
