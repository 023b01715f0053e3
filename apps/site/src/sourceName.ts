/** How run-time errors name the reader's code, whichever URL it was loaded from. */
export const SOURCE_NAME = 'lesson.ts'
