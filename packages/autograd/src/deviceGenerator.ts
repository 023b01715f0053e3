import { type Device, defaultGenerator, type Generator, type PhiloxGenerator, philoxRng } from '@rungs/ndarray'
import { Tensor } from './tensor.ts'
import { keep } from './tidy.ts'

interface Stream {
  readonly generator: PhiloxGenerator
  seededBy: Generator
}

const streams = new WeakMap<Device, Stream>()

/**
 * The generator that draws on a device where nothing else is given: Philox, with the seed of the last `manualSeed`. Its state
 * is one array for good, which seeding again writes into, so a recorded step draws what follows.
 */
export function deviceGenerator(device: Device): PhiloxGenerator {
  const seededBy = defaultGenerator()
  const stream = streams.get(device)
  if (stream?.seededBy === seededBy) return stream.generator
  const fresh = philoxRng(seededBy.seed, { device })
  if (stream === undefined) {
    keep(new Tensor(fresh.state))
    streams.set(device, { generator: fresh, seededBy })
    return fresh
  }
  stream.generator.state.copy_(fresh.state)
  stream.seededBy = seededBy
  return stream.generator
}
