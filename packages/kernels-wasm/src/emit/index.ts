export { FunctionBuilder, type Local, type ValueType } from './function.ts'
export {
  type Binary,
  type Code,
  copy,
  f32,
  f32x4,
  f64,
  f64x2,
  i8x16,
  i16x8,
  i32,
  i32x4,
  i64,
  i64x2,
  select,
  shuffle32,
  type Ternary,
  type Unary,
  v128,
} from './instructions.ts'
export { type EmittedFunction, type MathName, type MemoryType, ModuleBuilder, type Signature } from './module.ts'
