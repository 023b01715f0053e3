import { trainInWasm } from './wasmRuns.ts'

// All five hundred steps are in the soak.
trainInWasm(60)
