import type { Case } from './contestant.ts'
import type { Digest } from './digest.ts'

/** A table: rows are contestants, columns are cases. */
export interface Suite<C extends Case = Case> {
  readonly id: string
  readonly title: string
  /** What is measured, in a sentence or two for the reader of the table. */
  readonly about: string
  readonly columns: readonly Column<C>[]
  /** Each repetition goes on from the one before, as training steps do; others give the same result every time. */
  readonly goesOn?: boolean
  /** The right result in float64, of as many steps as the contestants are asked for before they are checked. */
  expected(what: C, steps: number): ArrayLike<number> | Digest
}

export interface Column<C extends Case = Case> {
  readonly title: string
  readonly what: C
  /** The title of the column whose time of ours this one is compared with, where ours has no such form. */
  readonly comparedWith?: string
}
