import type { Tolerance } from '@rungs/testing'
import { describe, test, vi } from 'vitest'
// @boundaries-ignore nn's own test, on every device
import { type Fixture, loadFixtures, replay } from '../../nn/test/fixtures/replay.ts'
import { closures, wasm, webgpu } from './devices.ts'

vi.setConfig({ testTimeout: 120_000 })

const exact: Tolerance = { relative: 1e-5, absolute: 2e-6 }
/** WGSL allows division and square roots 2.5 units in the last place, and sums stand in another order than PyTorch's. */
const loose: Tolerance = { relative: 2e-5, absolute: 5e-6 }

const all = (cases: readonly Fixture[]): readonly Fixture[] => cases

/** Of each layer the case that says most. */
function longest(cases: readonly Fixture[]): readonly Fixture[] {
  const chosen = new Map<string, Fixture>()
  for (const each of cases) {
    if (each.name.length > (chosen.get(each.layer)?.name.length ?? 0)) chosen.set(each.layer, each)
  }
  return [...chosen.values()]
}

describe.for([
  ['cpu without making code from text', closures, exact, all],
  ['wasm', wasm, exact, all],
  // Every case would compile hundreds of kernels on a processor.
  ['webgpu', webgpu, loose, longest],
] as const)('on %s', ([, device, tolerance, chosen]) => {
  describe.for(loadFixtures())("%s compute what PyTorch's do, forward and backward", ([, cases]) => {
    test.for(chosen(cases).map((fixture) => [fixture.name, fixture] as const))('%s', ([, fixture]) =>
      replay(fixture, device, tolerance),
    )
  })
})
