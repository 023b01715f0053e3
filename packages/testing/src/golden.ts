import { readFileSync } from 'node:fs'

/** An array as PyTorch or numpy computed it: row-major, booleans as 0 and 1. */
export interface GoldenArray {
  readonly shape: readonly number[]
  readonly dtype: 'float32' | 'float64' | 'int64' | 'int32' | 'bool'
  readonly data: readonly number[]
}

/** What an operator takes beside its inputs: dims, sizes, an index array, an equation. */
export type GoldenArgument = GoldenArray | number | string | boolean | null | readonly GoldenArgument[]

export interface GoldenOp {
  readonly op: string
  readonly inputs: readonly GoldenArray[]
  readonly output: GoldenArray
  readonly args?: Readonly<Record<string, GoldenArgument>>
  /** The upstream gradient: 1 … n over n. Absent where the operator has no gradient. */
  readonly grad_output?: GoldenArray
  /** One per floating-point input; null where the output does not depend on it. */
  readonly grads?: readonly (GoldenArray | null)[]
}

/** The losses of a training run: the first five, and those at some steps. */
export interface GoldenCurve {
  readonly first5: readonly number[]
  readonly at: Readonly<Record<string, number>>
}

export interface GoldenBug {
  readonly loop1_constant: boolean
  readonly loop1: number
  readonly loop2_first5: readonly number[]
}

export type GoldenTraining = { readonly seed002_bug: GoldenBug } & {
  readonly [run in (typeof runs)[number]]: GoldenCurve
}

const runs = [
  'numpy_two_layer_seed0_f64',
  'torch_manual_seed0',
  'torch_autograd_seed0',
  'seed004_nn_rebind_bug',
  'nn_inplace_sum_1e-4',
  'seed003_nn_mean_1e-2',
  'adam_sum_1e-4',
  'seed003_adam_mean_1e-4',
  'twolayernet_sgd_sum_1e-4',
  'seed003_twolayernet_sgd_mean_1e-4',
  'dynamicnet_momentum_0.9',
  'seed003_tf_gradienttape_restated',
  'seed003_keras_fit_restated',
] as const

export interface GoldenOptim {
  /** (5, 4): the gradient of each step. */
  readonly grads: GoldenArray
  /** (4): the parameter before the first step. */
  readonly p0: GoldenArray
  /** (5, 4) for each optimiser: the parameter after each step. */
  readonly steps: Readonly<Record<string, GoldenArray>>
}

/** Statistics of activations after fifty layers. */
export interface GoldenDepth {
  readonly std: number
  readonly mean: number
  readonly zero_frac: number
  readonly nan_frac: number
  readonly first_nonfinite_layer: number | null
  readonly absmax: number
}

type Depths = 'unscaled' | 'small' | 'xavier' | 'k099' | 'k12' | 'xavier_relu' | 'kaiming_relu'
/** Mean and standard deviation of one layer's output. */
type Layers = 'l1' | 'l1x' | 'l2x' | 'l2k'
/** By seed, '0' to '4'. */
export type GoldenInit = Readonly<
  Record<string, { readonly [d in Depths]: GoldenDepth } & { readonly [l in Layers]: readonly [number, number] }>
>

/** Every deterministic number and error text of the source documents. */
export interface GoldenSeeds extends Readonly<Record<SeedArrays, GoldenArray>> {
  readonly mean_item: number
  readonly expand_stride: readonly number[]
  readonly expand_storage: number
  readonly col_stride: readonly number[]
  readonly none: readonly (readonly number[])[]
  /** The class of the exception, a colon and the first line of its text. */
  readonly errors: Readonly<Record<string, string>>
  /** By equation; one entry is a shape. */
  readonly einsum: Readonly<Record<string, GoldenArray | readonly number[]>>
  readonly seed003_graph: { readonly c: number; readonly x00: number } & Readonly<
    Record<'grad_x' | 'grad_y', GoldenArray>
  >
  readonly relu_at_0: Readonly<Record<'relu' | 'clamp_min' | 'clamp' | 'maximum', GoldenArray>>
  readonly silent_mse_broadcast: number
  readonly mse_squeezed: number
}

type SeedArrays = 'add' | 'lt' | 'all_lt' | 'all_eq' | 'mm' | 'gt0' | 'norm' | 'row' | 'expand' | 'n_plus_c' | 'col'

/** One call on a generator: all its values, or where they are many a hash of their bytes and every thousandth. */
export interface GoldenDraw {
  readonly method: 'normal' | 'uniform' | 'integers' | 'permutation'
  readonly arguments: readonly (number | string)[]
  readonly values?: readonly number[]
  /** Of the little-endian bytes. */
  readonly sha256?: string
  readonly every1000?: readonly number[]
}

export interface GoldenStream<D = GoldenDraw> {
  readonly stream: 'torch' | 'numpy' | 'python'
  readonly seed: number
  readonly calls: readonly D[]
}

/** One call of a function that draws. */
export interface GoldenDistribution extends Pick<GoldenDraw, 'values'> {
  readonly method:
    | 'normalOf'
    | 'bernoulli'
    | 'bernoulliEach'
    | 'exponential'
    | 'gamma'
    | 'multinomial'
    | 'choice'
    | 'shuffle'
  readonly arguments: readonly (number | string | boolean | readonly number[] | readonly (readonly number[])[])[]
}

export interface GoldenRandom {
  readonly streams: readonly GoldenStream[]
  readonly distributions: readonly GoldenStream<GoldenDistribution>[]
  readonly python: Readonly<
    Record<'random' | 'randint' | 'randint_wide' | 'randrange' | 'randrange_two', readonly number[]>
  > &
    Readonly<Record<'choice' | 'shuffled', readonly string[]>> & {
      readonly seed: number
      readonly gauss: readonly number[]
      readonly after: number
    }
  readonly numpy_state: {
    readonly seed: number
    readonly position: number
    readonly words: readonly number[]
    readonly spare: number
  }
}

/** What PyTorch prints for an array. */
export interface GoldenPrint {
  readonly data: readonly number[]
  readonly shape: readonly number[]
  readonly dtype: 'float32' | 'float64' | 'int32' | 'uint8' | 'bool'
  readonly options: {
    readonly precision?: number
    readonly linewidth?: number
    readonly threshold?: number
    readonly edgeitems?: number
  }
  readonly text: string
}

/** An equation with what PyTorch computes: by letters, or by sublists where they are not null. */
export interface GoldenEinsum {
  readonly equation: string
  readonly sublists: readonly (readonly (number | '...')[])[] | null
  readonly inputs: readonly GoldenArray[]
  readonly output: GoldenArray
  readonly grad_output: GoldenArray
  readonly grads: readonly GoldenArray[]
}

/** A call that PyTorch refuses, and the first line of its text. */
export interface GoldenRefusal extends Pick<GoldenEinsum, 'equation' | 'sublists'> {
  readonly shapes: readonly (readonly number[])[]
  readonly text: string
}

/** What NumPy's greedy plan of an equation costs. */
export interface GoldenPath {
  readonly equation: string
  readonly shapes: readonly (readonly number[])[]
  readonly cost: number
  readonly steps: readonly (readonly number[])[]
}

export interface GoldenEinsums {
  readonly cases: readonly GoldenEinsum[]
  readonly errors: readonly GoldenRefusal[]
  readonly paths: readonly GoldenPath[]
}

/** An array: shape, dtype (float32, int32 or bool), elements. */
export interface GoldenCompact {
  readonly s: readonly number[]
  readonly t: 'f' | 'i' | 'b'
  readonly d: readonly number[]
}

export type GoldenResult =
  | GoldenCompact
  | boolean
  | readonly GoldenResult[]
  | { readonly [name: string]: GoldenCompact }

/** Calls on arrays and what NumPy gives; `generate_arrays.py` says how a case is written. */
export interface GoldenArrays {
  readonly bases: readonly GoldenCompact[]
  readonly cases: readonly {
    readonly f: string
    readonly a: readonly unknown[]
    readonly r: GoldenResult
    readonly c?: 1
  }[]
}

/** A schedule by its class, with its options; those made of others list them. */
export interface GoldenSchedule {
  readonly name: string
  readonly schedulers?: readonly GoldenSchedule[]
  readonly [option: string]: unknown
}

/** What PyTorch's optimisers, schedules and clipping do, in float64; `generate_optimizers.py` says how. */
export interface GoldenOptimizers {
  /** Elements of the parameters, and of their gradients at each step. */
  readonly start: readonly (readonly number[])[]
  readonly shapes: readonly (readonly number[])[]
  readonly gradients: readonly (readonly (readonly number[])[])[]
  readonly optimizers: readonly {
    readonly name: string
    readonly options: Readonly<Record<string, unknown>>
    readonly params: readonly (readonly number[])[]
  }[]
  readonly schedules: readonly {
    readonly optimizer: 'SGD' | 'Adam'
    readonly groups: readonly { readonly lr: number }[]
    readonly schedule: GoldenSchedule
    readonly rates: readonly (readonly number[])[]
    readonly momenta?: readonly (readonly number[])[]
  }[]
  readonly plateau: readonly {
    readonly options: Readonly<Record<string, unknown>>
    readonly metrics: readonly number[]
    readonly rates: readonly (readonly number[])[]
  }[]
  readonly clipping: readonly {
    readonly maxNorm: number
    readonly normType: number
    readonly total: number
    readonly clipped: readonly number[]
  }[]
  readonly lbfgs: readonly {
    readonly options: Readonly<Record<string, unknown>>
    readonly start: readonly number[]
    readonly params: readonly (readonly number[])[]
    readonly losses: readonly number[]
    readonly evaluations: readonly number[]
  }[]
  readonly averages: readonly {
    readonly decay: number
    readonly params: readonly (readonly number[])[]
    readonly averages: readonly (readonly number[])[]
  }[]
}

export const loadTraining = (): GoldenTraining => load('training')
export const loadOps = (): readonly GoldenOp[] => load<{ ops: readonly GoldenOp[] }>('ops').ops
export const loadSeeds = (): GoldenSeeds => load('seeds')
export const loadOptim = (): GoldenOptim => load('optim')
export const loadOptimizers = (): GoldenOptimizers => load('optimizers')
export const loadInit = (): GoldenInit => {
  const { _by, ...bySeed } = load<GoldenInit & { _by: never }>('init')
  return bySeed
}
export const loadEinsum = (): GoldenEinsums => load('einsum')
export const loadRandom = (): GoldenRandom => load('random')
export const loadArrays = (): GoldenArrays => load('arrays')
export const loadPrints = (): readonly GoldenPrint[] => load<{ prints: readonly GoldenPrint[] }>('prints').prints

function load<T>(name: string): T {
  return decode(JSON.parse(readFileSync(new URL(`../golden/${name}.json`, import.meta.url), 'utf8'))) as T
}

/** JSON has no NaN, no infinities and no -0 that Python reads back: the files spell them, and an array's booleans become numbers. */
function decode(value: unknown): unknown {
  if (typeof value === 'string') return nonFinite.get(value) ?? value
  if (Array.isArray(value)) return value.map(decode)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, part]) => [key, decode(part)] as const)
  const decoded = Object.fromEntries(entries)
  return isArrayRecord(decoded) ? { ...decoded, data: decoded.data.map(Number) } : decoded
}

const nonFinite = new Map([
  ['nan', Number.NaN],
  ['inf', Number.POSITIVE_INFINITY],
  ['-inf', Number.NEGATIVE_INFINITY],
  ['-0', -0],
])

const isArrayRecord = (value: object): value is { shape: unknown; dtype: unknown; data: unknown[] } =>
  'shape' in value && 'dtype' in value && 'data' in value && Array.isArray(value.data)
