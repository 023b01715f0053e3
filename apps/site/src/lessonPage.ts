import type { DeviceName } from '@rungs/lesson'

/** What the page of a lesson hands to its program, as JSON. */
export interface LessonPage {
  /** Those that the code may import. */
  readonly packages: readonly string[]
  readonly device: DeviceName
}

/** The element that holds it. */
export const LESSON_PAGE = 'lesson-page'
