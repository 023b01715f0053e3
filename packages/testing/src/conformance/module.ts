/**
 * What the suites use of the array library and of a device, told structurally: this package depends on neither, so that
 * both can test themselves with it. Members are methods, whose parameters TypeScript compares both ways.
 */
export type DType = 'float64' | 'float32' | 'float16' | 'int32' | 'uint32' | 'uint8' | 'bool'
export type TypedArray = Float64Array | Float32Array | Int32Array | Uint32Array | Uint8Array

export type UnaryOp =
  | 'neg'
  | 'abs'
  | 'sign'
  | 'floor'
  | 'ceil'
  | 'trunc'
  | 'round'
  | 'not'
  | 'isNaN'
  | 'exp'
  | 'expm1'
  | 'log'
  | 'log1p'
  | 'sqrt'
  | 'sin'
  | 'cos'
  | 'tanh'
export type BinaryOp =
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'floorDiv'
  | 'remainder'
  | 'pow'
  | 'max'
  | 'min'
  | 'lt'
  | 'le'
  | 'gt'
  | 'ge'
  | 'eq'
  | 'ne'
  | 'and'
  | 'or'
  | 'xor'
  | 'shl'
  | 'shr'
  | 'mulHigh'
export type ScanOp = 'sum' | 'prod'
export type ReduceOp = 'sum' | 'prod' | 'max' | 'min' | 'any' | 'all' | 'argmax' | 'argmin'

export interface DeviceLike {
  readonly name: string
  readonly description: string
  readonly dtypes: ReadonlySet<DType>
  readonly maxBuffers: number
  contract(a: ViewLike, b: ViewLike, out: ViewLike, layout: object, epilogue: object | null): void
}

/** What a device sees of an array. */
interface ViewLike {
  readonly dtype: DType
  readonly shape: readonly number[]
  readonly strides: readonly number[]
  readonly offset: number
}

/** An array of the library. */
export interface ArrayLike extends ViewLike {
  readonly size: number
  readonly storage: { readonly size: number }
  reshape(shape: readonly number[]): ArrayLike
  permute(dims: readonly number[]): ArrayLike
  expand(shape: readonly number[]): ArrayLike
  unsqueeze(dim: number): ArrayLike
  slice(dim: number, start?: number, stop?: number, step?: number): ArrayLike
  flip(dims: readonly number[]): ArrayLike
  diagonal(options?: { readonly offset?: number }): ArrayLike
  unfold(dim: number, size: number, options?: { readonly step?: number; readonly dilation?: number }): ArrayLike
  at(...index: readonly (number | string | null)[]): ArrayLike
  /** Takes more than an interface can repeat: callers of this type assert what they hand over. */
  set(index: readonly never[], value: never): ArrayLike
  copy_(source: ArrayLike): ArrayLike
  toTypedArray(): Promise<TypedArray>
}

export interface ExprLike {
  readonly op: string
  readonly args: readonly ExprLike[]
  readonly value: number
  readonly dtype: DType | null
}

export interface ProgramLike {
  readonly exprs: readonly ExprLike[]
}

/** What a row program is written with. */
export interface RowLike {
  sum(x: ExprLike): ExprLike
  max(x: ExprLike): ExprLike
  keep(x: ExprLike): ExprLike
}

export interface RowProgramLike {
  readonly inputs: number
  readonly scalars: number
}

/** One step of a program whose dtypes are settled. */
export interface TypedNodeLike {
  readonly op: string
  readonly dtype: DType
  readonly args: readonly number[]
  readonly value: number
}

export interface TypedProgramLike {
  readonly nodes: readonly TypedNodeLike[]
  readonly results: readonly number[]
  readonly outTypes: readonly DType[]
}

interface GroupLike {
  rank: number
  size: number
  readonly sizes: Int32Array
  row(operand: number): Int32Array
}

interface Placement {
  readonly dtype?: DType
  readonly device?: DeviceLike
}

interface ContractDims {
  readonly batch: number
  readonly m: number
  readonly n: number
  readonly k: number
}

interface ContractEpilogue {
  readonly program: ProgramLike
  readonly inputs: readonly ArrayLike[]
  readonly scalars?: readonly (number | boolean)[]
}

/** The library. */
export interface ModuleLike {
  readonly expr: {
    input(index: number): ExprLike
    scalar(index: number): ExprLike
    coord(axis: number): ExprLike
    constant(value: number, dtype?: DType | null): ExprLike
    unary(op: UnaryOp, x: ExprLike): ExprLike
    binary(op: BinaryOp, a: ExprLike, b: ExprLike): ExprLike
    where(condition: ExprLike, a: ExprLike, b: ExprLike): ExprLike
    cast(x: ExprLike, dtype: DType): ExprLike
  }
  AxisGroup: new () => GroupLike
  program(...exprs: ExprLike[]): ProgramLike
  typeProgram(source: ProgramLike, signature: object): TypedProgramLike
  fromTypedArray(source: TypedArray, shape: readonly number[], options?: Placement): ArrayLike
  empty(shape: readonly number[], options?: Placement): ArrayLike
  full(shape: readonly number[], value: number, options?: Placement): ArrayLike
  elementwise(
    operation: string,
    source: ProgramLike,
    inputs: readonly ArrayLike[],
    scalars?: readonly number[],
  ): ArrayLike
  updateInPlace(
    operation: string,
    source: ProgramLike,
    outs: readonly ArrayLike[],
    inputs: readonly ArrayLike[],
    scalars?: readonly number[],
  ): void
  reduce(
    operation: string,
    op: ReduceOp,
    source: ProgramLike,
    inputs: readonly ArrayLike[],
    dims: readonly number[] | undefined,
    keepdim: boolean,
    scalars?: readonly number[],
  ): ArrayLike
  rowProgram(inputs: number, write: (row: RowLike) => readonly ExprLike[]): RowProgramLike
  rowwise(
    operation: string,
    source: RowProgramLike,
    inputs: readonly ArrayLike[],
    dims: readonly number[],
    scalars?: readonly number[],
  ): ArrayLike[]
  generate(
    source: ProgramLike,
    shape: readonly number[],
    device: DeviceLike,
    dtype: DType,
    scalars: readonly number[],
    scalarTypes?: readonly DType[],
  ): ArrayLike
  contract(
    operation: string,
    a: ArrayLike,
    b: ArrayLike,
    dims: ContractDims,
    epilogue?: ContractEpilogue,
    out?: ArrayLike,
  ): ArrayLike
  scan(
    operation: string,
    op: ScanOp,
    source: ProgramLike,
    inputs: readonly ArrayLike[],
    dim: number,
    scalars?: readonly number[],
  ): ArrayLike
  sort(
    x: ArrayLike,
    dim?: number,
    options?: { readonly descending?: boolean },
  ): { readonly values: ArrayLike; readonly indices: ArrayLike }
  gather(x: ArrayLike, dim: number, index: ArrayLike): ArrayLike
  indexSelect(x: ArrayLike, dim: number, index: ArrayLike): ArrayLike
  scatterAdd(x: ArrayLike, dim: number, index: ArrayLike, source: ArrayLike): ArrayLike
  indexAdd(x: ArrayLike, dim: number, index: ArrayLike, source: ArrayLike): ArrayLike
}
