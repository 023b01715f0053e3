import { describe, test } from 'vitest'
import { loadFixtures, replay } from './fixtures/replay.ts'

describe.for(loadFixtures())('%s layers compute the same in a checkpoint', ([, cases]) => {
  test.for(cases.map((fixture) => [fixture.name, fixture] as const))('%s', ([, fixture]) =>
    replay(fixture, undefined, undefined, { checkpointed: true }),
  )
})

describe.for(loadFixtures())("%s layers compute what PyTorch's do, forward and backward", ([, cases]) => {
  test.for(cases.map((fixture) => [fixture.name, fixture] as const))('%s', ([, fixture]) => replay(fixture))
})
