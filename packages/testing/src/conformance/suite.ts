import { aliasingCases } from './aliasing.ts'
import type { ConformanceCase } from './check.ts'
import { contractionCases } from './contractions.ts'
import { elementwiseCases } from './elementwise.ts'
import { epilogueCases } from './epilogues.ts'
import { indexCases } from './indices.ts'
import type { DeviceLike, ModuleLike } from './module.ts'
import { reductionCases } from './reductions.ts'
import { rowCases } from './rows.ts'
import { scanCases } from './scans.ts'
import { sortCases } from './sorts.ts'
import { transferCases } from './transfers.ts'
import { viewCases } from './views.ts'

/** Every test of the suite for a device, to be run by whatever runs tests. */
export function conformanceCases(nd: ModuleLike, device: DeviceLike): ConformanceCase[] {
  const parts = [
    transferCases,
    elementwiseCases,
    viewCases,
    aliasingCases,
    reductionCases,
    rowCases,
    contractionCases,
    epilogueCases,
    indexCases,
    scanCases,
    sortCases,
  ]
  return parts.flatMap((cases) => cases(nd, device))
}

export interface ConformanceResult {
  readonly passed: number
  readonly failed: readonly { readonly name: string; readonly message: string }[]
}

/** Run the suite without a test runner: in a page, or on a machine that has nothing else. */
export async function runConformance(nd: ModuleLike, device: DeviceLike): Promise<ConformanceResult> {
  const failed: { name: string; message: string }[] = []
  const cases = conformanceCases(nd, device)
  for (const { name, run } of cases) {
    try {
      await run()
    } catch (error) {
      failed.push({ name, message: error instanceof Error ? error.message : String(error) })
    }
  }
  return { passed: cases.length - failed.length, failed }
}
