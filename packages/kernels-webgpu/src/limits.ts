/** Limits that an adapter is asked for in full: without asking, a device has the lowest that any must have. */
const wanted = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeY',
  'maxComputeWorkgroupStorageSize',
] as const satisfies readonly (keyof GPUSupportedLimits)[]

export function limitsOf(adapter: GPUAdapter): Record<string, number> {
  return Object.fromEntries(wanted.map((name) => [name, adapter.limits[name]]))
}

/** Features that kernels use where an adapter has them. */
const features: readonly GPUFeatureName[] = ['shader-f16']

export const featuresOf = (adapter: GPUAdapter): GPUFeatureName[] =>
  features.filter((name) => adapter.features.has(name))

/** Workgroups that a dispatch may have along one dimension. */
export const MAX_WORKGROUPS = 65535

/** Bytes that a device can bind at once: the largest array, in 32-bit elements. */
export const maxBindingBytes = ({ limits }: GPUDevice): number =>
  Math.min(limits.maxBufferSize, limits.maxStorageBufferBindingSize)
