import { type Bytes, unsigned } from './bytes.ts'
import { bytesOfCode, type Code } from './code.ts'
import { i32 } from './numbers.ts'

export type ValueType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128'

export const typeCodes: { readonly [T in ValueType]: number } = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
  v128: 0x7b,
}

/** A parameter or variable. It is itself the code that reads it. */
export interface Local extends Bytes {
  readonly index: number
}

const localAt = (index: number): Local => Object.assign([0x20, ...unsigned(index)], { index })

/** The body of one function, written statement by statement. */
export class FunctionBuilder {
  readonly params: readonly Local[]
  private readonly locals: ValueType[] = []
  private readonly code: number[] = []

  constructor(params: readonly ValueType[]) {
    this.params = params.map((_, index) => localAt(index))
  }

  /** A variable, 0 at the start; with `value`, set to it here. */
  local(type: ValueType, value?: Code): Local {
    const made = localAt(this.params.length + this.locals.length)
    this.locals.push(type)
    if (value !== undefined) this.set(made, value)
    return made
  }

  /** Any code: a store, a call. */
  do(code: Code): void {
    for (const byte of bytesOfCode(code)) this.code.push(byte)
  }

  set(local: Local, value: Code): void {
    this.do([...bytesOfCode(value), 0x21, ...unsigned(local.index)])
  }

  /** `local += value` of 32-bit integers. */
  increase(local: Local, value: Code): void {
    this.set(local, i32.add(local, value))
  }

  if(condition: Code, then: () => void, otherwise?: () => void): void {
    this.do([...bytesOfCode(condition), 0x04, 0x40])
    then()
    if (otherwise !== undefined) {
      this.do([0x05])
      otherwise()
    }
    this.do([0x0b])
  }

  /** `do body while (condition)`. */
  repeat(body: () => void, condition: () => Code): void {
    this.do([0x03, 0x40])
    body()
    this.do([...bytesOfCode(condition()), 0x0d, 0, 0x0b])
  }

  /** The test stands at the end of the loop, and once before it: engines make better code of it. */
  while(condition: () => Code, body: () => void): void {
    this.if(condition(), () => this.repeat(body, condition))
  }

  /** `for (i = from; i < to; i += step)`, signed. */
  for(i: Local, from: Code, to: Code, step: number, body: () => void): void {
    this.set(i, from)
    this.while(
      () => i32.lt(i, to),
      () => {
        body()
        this.increase(i, step)
      },
    )
  }

  /** Leave with what `value` leaves. */
  return(value: Code = []): void {
    this.do([...bytesOfCode(value), 0x0f])
  }

  /** The encoded body. */
  finish(): Bytes {
    const locals = this.locals.map((type) => [1, typeCodes[type]])
    const body = [...unsigned(locals.length), ...locals.flat(), ...this.code, 0x0b]
    return [...unsigned(body.length), ...body]
  }
}
