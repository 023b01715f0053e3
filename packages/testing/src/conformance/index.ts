export { type ConformanceCase, ConformanceError } from './check.ts'
export type { DeviceLike, ModuleLike } from './module.ts'
export { type ConformanceResult, conformanceCases, runConformance } from './suite.ts'
