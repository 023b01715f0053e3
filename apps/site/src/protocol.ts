import type { DeviceName, Item } from '@rungs/lesson'

/** Asks a worker to run a lesson, once. */
export interface RunRequest {
  readonly device: DeviceName
  readonly seed: number
  /** A module that was compiled when the site was built, or what the reader has written. */
  readonly code: { readonly url: string } | { readonly source: string }
  /** Of the packages that the code may import, by name. */
  readonly packages: Readonly<Record<string, string>>
}

/** Why a run ended early, in the library's or the engine's words. */
export interface Failure {
  readonly name: string
  readonly message: string
  /** In the reader's code, from 1; null where the error is nowhere in it. */
  readonly line: number | null
}

/** What a worker tells its page. */
export type FromRun =
  /** In the order in which they were shown; `dropped` counts lines of text that came too fast. */
  | { readonly kind: 'items'; readonly items: readonly Item[]; readonly dropped: number }
  /** What was opened, in words, before the lesson begins. */
  | { readonly kind: 'opened'; readonly device: string }
  /** `ms` does not count loading, compiling and opening the device. */
  | { readonly kind: 'done'; readonly ms: number }
  | { readonly kind: 'failed'; readonly failure: Failure }
