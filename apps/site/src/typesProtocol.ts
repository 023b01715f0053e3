/** A mistake as the type checker sees it; positions count characters. */
export interface Problem {
  readonly from: number
  readonly to: number
  readonly message: string
}

export interface Completion {
  readonly label: string
  /** The kind as TypeScript says: `function`, `method`, `const` … */
  readonly kind: string
}

/** What a page asks the type checker, and what it answers; `text` is all of the code. */
export interface Questions {
  check: { readonly ask: { readonly text: string }; readonly answer: readonly Problem[] }
  /** What stands at a position: its type, and its documentation. */
  hover: { readonly ask: { readonly text: string; readonly at: number }; readonly answer: Hover | null }
  complete: { readonly ask: { readonly text: string; readonly at: number }; readonly answer: readonly Completion[] }
}

export interface Hover {
  readonly from: number
  readonly to: number
  readonly type: string
  readonly documentation: string
}

export type Question = keyof Questions
