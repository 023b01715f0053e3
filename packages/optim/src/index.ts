export { Adadelta, type AdadeltaOptions, type AdadeltaState } from './adadelta.ts'
export { Adagrad, type AdagradOptions, type AdagradState } from './adagrad.ts'
export { Adam, type AdamOptions, type AdamState, AdamW } from './adam.ts'
export { Adamax, type AdamaxOptions, type AdamaxState } from './adamax.ts'
export { type AveragesStateDict, type AveragingOptions, ExponentialMovingAverage } from './averages.ts'
export { type ClipGradNormOptions, clipGradNorm_, clipGradValue_ } from './clipping.ts'
export type { DecoupledOptions, DescentOptions } from './descent.ts'
export { ElementwiseOptimizer } from './elementwiseOptimizer.ts'
export { LBFGS, type LBFGSOptions, type LBFGSState } from './lbfgs.ts'
export { Lion, type LionOptions, type LionState } from './lion.ts'
export { NAdam, type NAdamOptions, type NAdamState } from './nadam.ts'
export { Optimizer, type Options, type ParamGroup, type ZeroGradOptions } from './optimizer.ts'
export type { ParamOptions, Params } from './params.ts'
export { RAdam, type RAdamOptions, type RAdamState } from './radam.ts'
export { RMSprop, type RMSpropOptions, type RMSpropState } from './rmsprop.ts'
export type { Form, Results, Rule, Symbols } from './rule.ts'
export { ChainedScheduler, SequentialLR, type SequentialLROptions } from './schedules/composed.ts'
export {
  CosineAnnealingLR,
  type CosineAnnealingLROptions,
  CosineAnnealingWarmRestarts,
  type CosineAnnealingWarmRestartsOptions,
} from './schedules/cosine.ts'
export {
  ConstantLR,
  type ConstantLROptions,
  ExponentialLR,
  type ExponentialLROptions,
  LambdaLR,
  type LambdaLROptions,
  LinearLR,
  type LinearLROptions,
  MultiStepLR,
  type MultiStepLROptions,
  PolynomialLR,
  type PolynomialLROptions,
  StepLR,
  type StepLROptions,
} from './schedules/decays.ts'
export { type Factor, FactorLR, type FactorOptions } from './schedules/factorLR.ts'
export { LRScheduler, type LRSchedulerStateDict } from './schedules/lrScheduler.ts'
export { OneCycleLR, type OneCycleLROptions } from './schedules/oneCycle.ts'
export type { ScheduleOptions } from './schedules/options.ts'
export { type PlateauStateDict, ReduceLROnPlateau, type ReduceLROnPlateauOptions } from './schedules/plateau.ts'
export { SGD, type SGDOptions, type SGDState } from './sgd.ts'
export type { LoadedGroup, OptimizerStateDict, SavedGroup } from './stateDict.ts'
