import type { FunctionBuilder, Local } from './function.ts'
import { type Code, i32 } from './index.ts'

/** Axes of a group of a contraction; where there are fewer, axes of size 1 stand before them. */
export const GROUP_AXES = 4

/**
 * What the parameter block of a contraction holds, in words. Strides are bytes; the sizes of a group and each of its rows of
 * strides are `GROUP_AXES` words, the innermost axis last.
 */
export const gemmBlock = {
  a: 0,
  b: 1,
  c: 2,
  m: 3,
  n: 4,
  k: 5,
  batch: 6,
  /** Rows, columns and matrices of one part; how many parts there are along m and n. */
  partM: 7,
  partN: 8,
  partBatch: 9,
  partsM: 10,
  partsN: 11,
  /** The most rows, columns and positions of k of a cache block. */
  blockM: 12,
  blockN: 13,
  blockK: 14,
  /** 1 where panels are packed, 0 where the operand is read in place: its groups have one axis then, n of stride 1. */
  packsA: 15,
  packsB: 16,
  batchSizes: 17,
  batchA: 21,
  batchB: 25,
  batchC: 29,
  mSizes: 33,
  mA: 37,
  mC: 41,
  nSizes: 45,
  nB: 49,
  nC: 53,
  kSizes: 57,
  kA: 61,
  kB: 65,
} as const

/** Reads of the parameter block. */
export interface BlockReader {
  word(index: number): Code
  /** The address of a word. */
  at(index: number): Code
  /** The stride along the only axis of a group. */
  stride(row: number): Code
}

export const blockReader = (block: Local): BlockReader => ({
  word: (index) => i32.load(block, 4 * index),
  at: (index) => i32.add(block, 4 * index),
  stride: (row) => i32.load(block, 4 * (row + GROUP_AXES - 1)),
})

/** Parameters of a function, all of them addresses or counts. */
export const words = (count: number): 'i32'[] => new Array(count).fill('i32')

type Locals<Count extends number, List extends Local[] = []> = List['length'] extends Count
  ? List
  : Locals<Count, [...List, Local]>

/** Variables for addresses and counts. */
export const locals = <Count extends number>(f: FunctionBuilder, count: Count): Locals<Count> =>
  Array.from({ length: count }, () => f.local('i32')) as Locals<Count>
