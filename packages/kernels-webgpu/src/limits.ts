import { MATRIX_FEATURE } from './subgroupMatrices.ts'

/** Limits that an adapter is asked for in full: without asking, a device has the lowest that any must have. */
const wanted = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxDynamicStorageBuffersPerPipelineLayout',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeY',
  'maxComputeWorkgroupStorageSize',
] as const satisfies readonly (keyof GPUSupportedLimits)[]

export function limitsOf(adapter: GPUAdapter): Record<string, number> {
  return Object.fromEntries(wanted.map((name) => [name, adapter.limits[name]]))
}

/** What is asked for where an adapter has it: float16, subgroups and their matrices, and a clock of the GPU's own. */
const wantedFeatures: readonly GPUFeatureName[] = ['shader-f16', 'subgroups', 'timestamp-query', MATRIX_FEATURE]

export const featuresOf = ({ features }: GPUAdapter): GPUFeatureName[] =>
  wantedFeatures.filter((name) => features.has(name))

/** Buffers that one kernel binds, however many more an adapter allows: keys and masks count on it. */
export const MOST_BUFFERS = 16

/** Workgroups that a dispatch may have along one dimension. */
export const MAX_WORKGROUPS = 65535

/** Bytes that a device can bind at once: the largest array, in 32-bit elements. */
export const maxBindingBytes = ({ limits }: GPUDevice): number =>
  Math.floor(Math.min(limits.maxBufferSize, limits.maxStorageBufferBindingSize) / 4) * 4
