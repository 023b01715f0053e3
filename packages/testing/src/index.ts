export { type CurveKind, expectCurve } from './curve.ts'
export {
  type GoldenArgument,
  type GoldenArray,
  type GoldenCurve,
  type GoldenDepth,
  type GoldenDraw,
  type GoldenInit,
  type GoldenOp,
  type GoldenOptim,
  type GoldenPrint,
  type GoldenRandom,
  type GoldenSeeds,
  type GoldenStream,
  type GoldenTraining,
  loadInit,
  loadOps,
  loadOptim,
  loadPrints,
  loadRandom,
  loadSeeds,
  loadTraining,
} from './golden.ts'
export { SoftwareAdapterError, startSoftwareAdapter } from './softwareAdapter.ts'
export { expectClose, isClose, type Tolerance, ToleranceError } from './tolerance.ts'
