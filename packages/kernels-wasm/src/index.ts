export type { MemoryType } from './emit/module.ts'
