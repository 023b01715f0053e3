import { DeviceError, defaultGenerator } from '@rungs/ndarray'
import type { GpuBuffer } from './buffers.ts'
import type { Encoder } from './encoder.ts'
import type { Memory } from './memory.ts'
import type { Pipeline, Pipelines } from './pipelines.ts'

export interface WarmupParts {
  readonly encoder: Encoder
  readonly pipelines: Pipelines
  readonly memory: Memory
}

/** Call a function without computing anything, and give the kernels that it will need and that are not compiled yet. */
export function rehearse({ encoder, pipelines, memory }: WarmupParts, fn: () => unknown): readonly Pipeline[] {
  if (encoder.watcher !== null || encoder.rehearsing) {
    throw new DeviceError('warmup: profile, explain and warmup of one device take turns: await the other one first')
  }
  const state = defaultGenerator().state()
  const needed: Pipeline[] = []
  pipelines.later = needed
  encoder.rehearsing = true
  memory.withheld = 'it was made during warmup, which computes nothing; make it again'
  try {
    const result = fn()
    if (result instanceof Promise) {
      // What becomes of it is not of interest.
      result.catch(() => {})
      throw new DeviceError('warmup: the function must be synchronous; it returned a promise')
    }
  } finally {
    pipelines.later = null
    encoder.rehearsing = false
    memory.withheld = null
    defaultGenerator().restore(state)
  }
  return needed
}

/** Compile kernels side by side, and dispatch each once with nothing to do: some adapters compile only then. */
export async function compileAhead(
  { encoder, pipelines, memory }: WarmupParts,
  needed: readonly Pipeline[],
): Promise<void> {
  await pipelines.compileTogether(needed)
  const most = needed.reduce((count, { writes }) => Math.max(count, writes.length), 0)
  const buffers: GpuBuffer[] = Array.from({ length: most }, () => memory.take(1))
  for (const pipeline of needed) {
    if (pipeline.gpu !== null) encoder.dispatchNone(pipeline, pipelines, buffers.slice(0, pipeline.writes.length))
  }
  for (const buffer of buffers) memory.give(buffer)
}
