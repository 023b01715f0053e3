import type { View } from '@rungs/ndarray'
import type { MathName, ModuleBuilder } from '../emit/index.ts'

/**
 * What kernels see of the device: linear memory, the addresses of their operands, and threads. All addresses are bytes,
 * below 2^31.
 *
 * A call goes so: `enter` its operands, write what they are into the parameter block, `parallel` one or several kernels,
 * `leave`.
 */
export interface Machine {
  /** Threads that may work at once, the calling one included. */
  readonly threads: number
  /** The engine has `relaxedMadd`, and the user allows rounding that differs between machines. */
  readonly fusedMultiplyAdd: boolean
  /** All of linear memory. Growing makes them anew: take them after `enter` and `temporary`, and do not keep them. */
  readonly views: MemoryViews
  /** Address of `BLOCK_BYTES` for the parameters of the call, which every thread reads. */
  readonly block: number
  /** Address of `SCRATCH_BYTES` of the calling thread's own: what `run` gets as its second argument here. */
  readonly scratch: number

  /**
   * Compile a module that exports `run(block, scratch, from, to)`: positions `from` to `to` of whatever the caller counts.
   * Any thread may run any part of a call, with scratch memory of its own. Make each kernel once and keep it.
   */
  kernel(build: (module: ModuleBuilder) => void, imports?: readonly MathName[]): Kernel
  /**
   * The addresses of the operands' first elements; an array outside linear memory is copied in. The first `outs` are
   * written, and copied back by `leave`; what they held before is there only with `update`. The result is reused.
   */
  enter(operands: readonly View[], outs: number, update?: boolean): Int32Array
  /** Whether `enter` has to copy an operand in. */
  isOutside(operand: View): boolean
  /** Memory for this call alone, which every thread sees; a multiple of 64 as address. */
  temporary(bytes: number): number
  /**
   * Run a kernel over the positions 0 to `count`, in pieces of `grain`: on one thread where `nanoseconds`, about what one
   * needs for all of it, are too few to share, else by whoever is free. Returns when all is done.
   */
  parallel(kernel: Kernel, count: number, grain: number, nanoseconds: number): void
  leave(): void
}

export interface MemoryViews {
  readonly u8: Uint8Array
  readonly i32: Int32Array
  readonly u32: Uint32Array
  readonly f32: Float32Array
  readonly f64: Float64Array
}

/** Compiled code, on any thread. */
export interface Kernel {
  readonly id: number
  /** On the calling thread. */
  readonly run: (block: number, scratch: number, from: number, to: number) => void
}

export const BLOCK_BYTES: number = 2 ** 15
export const SCRATCH_BYTES: number = 2 ** 20
