import { trainInWasm } from '../test/wasmRuns.ts'

trainInWasm(500)
