import { type Bytes, signed, unsigned } from './bytes.ts'

/**
 * Code that leaves one value, or (what stores and calls give) does something: instructions in order; a number stands for
 * the i32 constant. Operators take code and give code, so that a kernel reads like the formula:
 * `f32x4.add(v128.load(p), v128.load(i32.add(p, 16)))`.
 */
export type Code = Bytes | number

/** The instructions that code stands for. */
export const bytesOfCode = (code: Code): Bytes => (typeof code === 'number' ? [0x41, ...signed(code)] : code)
export const join = (operands: readonly Code[]): number[] => operands.flatMap((code) => bytesOfCode(code))

export type Unary = (a: Code) => Code
export type Binary = (a: Code, b: Code) => Code
export type Ternary = (a: Code, b: Code, c: Code) => Code
/** From the address `at + offset`. */
export type Load = (at: Code, offset?: number) => Code
export type Store = (at: Code, value: Code, offset?: number) => Code
/** Between memory and one lane of `value`. */
export type LaneAccess = (at: Code, value: Code, lane: number, offset?: number) => Code
export type Extract = (a: Code, lane: number) => Code
export type Replace = (a: Code, lane: number, value: Code) => Code

/** An operator for each opcode of a table, its operands left in order. */
export type Operators<Table, Operator> = { readonly [Name in keyof Table]: Operator }
export function operators<Table extends { readonly [name: string]: number }>(
  table: Table,
  encode: (opcode: number) => Bytes = unsigned,
): Operators<Table, Unary & Binary & Ternary> {
  const make =
    (opcode: Bytes) =>
    (...operands: Code[]): Code => [...join(operands), ...opcode]
  const entries = Object.entries(table).map(([name, opcode]) => [name, make(encode(opcode))])
  return Object.fromEntries(entries) as Operators<Table, Unary & Binary & Ternary>
}
/** Opcodes of plain instructions are one byte. */
export const plain = (opcode: number): Bytes => [opcode]
export const simd = (opcode: number): Bytes => [0xfd, ...unsigned(opcode)]

/** Accesses state the alignment they may count on, as a power of two: that of the element. */
export const load =
  (opcode: Bytes, align: number): Load =>
  (at, offset = 0) => [...bytesOfCode(at), ...opcode, align, ...unsigned(offset)]
export const store =
  (opcode: Bytes, align: number): Store =>
  (at, value, offset = 0) => [...join([at, value]), ...opcode, align, ...unsigned(offset)]
export const laneAccess =
  (opcode: number, align: number): LaneAccess =>
  (at, value, lane, offset = 0) => [...join([at, value]), ...simd(opcode), align, ...unsigned(offset), lane]
export const extract =
  (opcode: number): Extract =>
  (a, lane) => [...bytesOfCode(a), ...simd(opcode), lane]
export const replace =
  (opcode: number): Replace =>
  (a, lane, value) => [...join([a, value]), ...simd(opcode), lane]
