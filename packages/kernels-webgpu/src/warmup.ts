import { type Device, DeviceError, defaultGenerator, preservingStorages } from '@rungs/ndarray'
import type { GpuBuffer } from './buffers.ts'
import type { Encoder } from './encoder.ts'
import type { Memory } from './memory.ts'
import type { Pipeline, Pipelines } from './pipelines.ts'

export interface WarmupParts {
  readonly device: Device
  readonly encoder: Encoder
  readonly pipelines: Pipelines
  readonly memory: Memory
}

/** Call a function without computing anything, and give the kernels that it will need and that are not compiled yet. */
export function rehearse({ device, encoder, memory }: WarmupParts, fn: () => unknown): readonly Pipeline[] {
  const state = defaultGenerator().state()
  const needed = new Set<Pipeline>()
  encoder.rehearsal = needed
  memory.withheld = 'it was made during warmup, which computes nothing; make it again'
  try {
    const result = preservingStorages(device, fn)
    if (result instanceof Promise) {
      // What becomes of it is not of interest.
      result.catch(() => {})
      throw new DeviceError('warmup: the function must be synchronous; it returned a promise')
    }
  } finally {
    encoder.rehearsal = null
    memory.withheld = null
    defaultGenerator().restore(state)
  }
  return [...needed]
}

/** Compile kernels side by side, and dispatch each once with nothing to do: some adapters compile only then. */
export async function compileAhead(
  { encoder, pipelines, memory }: WarmupParts,
  needed: readonly Pipeline[],
): Promise<void> {
  await pipelines.compileTogether(needed)
  const most = needed.reduce((count, { writes }) => Math.max(count, writes.length), 0)
  try {
    const buffers: GpuBuffer[] = Array.from({ length: most }, () => memory.takeTemporary(1))
    for (const pipeline of needed) {
      if (pipeline.gpu !== null) encoder.dispatchNone(pipeline, pipelines, buffers.slice(0, pipeline.writes.length))
    }
  } finally {
    memory.giveTemporaries()
  }
}
