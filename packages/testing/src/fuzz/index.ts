export { type ContractFuzzReport, fuzzContractions } from './contractions.ts'
export { FuzzError, type FuzzOptions, type FuzzReport, fuzz } from './run.ts'
