export {
  type ConformanceCase,
  ConformanceError,
  type ConformanceResult,
  conformanceCases,
  type DeviceLike,
  type ModuleLike,
  runConformance,
} from './conformance/index.ts'
export { type CurveKind, expectCurve } from './curve.ts'
export { FuzzError, type FuzzOptions, type FuzzReport, fuzz } from './fuzz/index.ts'
export {
  type GoldenArgument,
  type GoldenArray,
  type GoldenCurve,
  type GoldenDepth,
  type GoldenDistribution,
  type GoldenDraw,
  type GoldenEinsum,
  type GoldenEinsums,
  type GoldenInit,
  type GoldenOp,
  type GoldenOptim,
  type GoldenPath,
  type GoldenPrint,
  type GoldenRandom,
  type GoldenRefusal,
  type GoldenSeeds,
  type GoldenStream,
  type GoldenTraining,
  loadEinsum,
  loadInit,
  loadOps,
  loadOptim,
  loadPrints,
  loadRandom,
  loadSeeds,
  loadTraining,
} from './golden.ts'
export { type ImportModule, ReadmeError, runReadme } from './readme.ts'
export { SoftwareAdapterError, startSoftwareAdapter } from './softwareAdapter.ts'
export { expectClose, isClose, type Tolerance, ToleranceError } from './tolerance.ts'
