export { arrayCases } from './arrayCases.ts'
export { CHROMIUM_FLAGS, type Chromium, ChromiumError, findChromium } from './browser/chromium.ts'
export { type PageRun, runInChromium } from './browser/runInChromium.ts'
export { type Server, serve } from './browser/server.ts'
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
export {
  type ContractFuzzReport,
  FuzzError,
  type FuzzOptions,
  type FuzzReport,
  fuzz,
  fuzzContractions,
} from './fuzz/index.ts'
export {
  type GoldenArgument,
  type GoldenArray,
  type GoldenArrays,
  type GoldenCompact,
  type GoldenCurve,
  type GoldenDepth,
  type GoldenDistribution,
  type GoldenDraw,
  type GoldenEinsum,
  type GoldenEinsums,
  type GoldenInit,
  type GoldenOp,
  type GoldenOptim,
  type GoldenOptimizers,
  type GoldenPath,
  type GoldenPrint,
  type GoldenRandom,
  type GoldenRefusal,
  type GoldenResult,
  type GoldenSchedule,
  type GoldenSeeds,
  type GoldenStream,
  type GoldenTraining,
  loadArrays,
  loadEinsum,
  loadInit,
  loadOps,
  loadOptim,
  loadOptimizers,
  loadPrints,
  loadRandom,
  loadSeeds,
  loadTraining,
} from './golden.ts'
export { type ImportModule, ReadmeError, runReadme } from './readme.ts'
export { SoftwareAdapterError, startSoftwareAdapter } from './softwareAdapter.ts'
export { expectClose, isClose, type Tolerance, ToleranceError } from './tolerance.ts'
