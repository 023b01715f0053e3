import { catchingTicks } from './ticks.ts'
import type { SubgroupMatrix } from './wgsl/contractForm.ts'

/** Not part of WebGPU yet: https://github.com/gpuweb/gpuweb/blob/main/proposals/subgroup-matrix.md */
export const MATRIX_FEATURE = 'chromium-experimental-subgroup-matrix' as GPUFeatureName

/** As Dawn lists them. */
interface Configuration {
  readonly componentType: string
  readonly resultComponentType: string
  readonly M: number
  readonly N: number
  readonly K: number
}

const components = { float16: 'f16', float32: 'f32' } as const

/** For each float dtype the largest matrices that subgroups multiply with float32 sums, as far as there are any. */
export async function matricesOf(
  device: GPUDevice,
  info: GPUAdapterInfo | undefined,
  subgroup: number,
): Promise<SubgroupMatrix[]> {
  const { subgroupMatrixConfigs: offered = [] } = (info ?? {}) as { subgroupMatrixConfigs?: readonly Configuration[] }
  if (!device.features.has(MATRIX_FEATURE) || subgroup === 0) return []
  const found: SubgroupMatrix[] = []
  for (const dtype of ['float16', 'float32'] as const) {
    if (dtype === 'float16' && !device.features.has('shader-f16')) continue
    const [largest] = offered
      .filter(({ componentType, resultComponentType }) => {
        return componentType === components[dtype] && resultComponentType === 'f32'
      })
      .sort((a, b) => b.M * b.N * b.K - a.M * a.N * a.K)
    if (largest === undefined) continue
    const matrix = { dtype, m: largest.M, n: largest.N, k: largest.K, threads: subgroup }
    if (await compiles(device, matrix)) found.push(matrix)
  }
  return found
}

/** How WGSL writes these operations has changed before. */
async function compiles(device: GPUDevice, { dtype, m, n, k, threads }: SubgroupMatrix): Promise<boolean> {
  const scalar = components[dtype]
  const code = `${dtype === 'float16' ? 'enable f16;\n' : ''}enable chromium_experimental_subgroup_matrix;

@group(0) @binding(0) var<storage, read_write> values: array<${scalar}>;
@group(0) @binding(1) var<storage, read_write> sums: array<f32>;

@compute @workgroup_size(${threads})
fn main(@builtin(subgroup_id) subgroup: u32) {
  let left = subgroupMatrixLoad<subgroup_matrix_left<${scalar}, ${k}, ${m}>, row_major>(&values, subgroup, ${k}u);
  let right = subgroupMatrixLoad<subgroup_matrix_right<${scalar}, ${n}, ${k}>, col_major>(&values, subgroup, ${k}u);
  let sum = subgroupMatrixMultiplyAccumulate(left, right, subgroup_matrix_result<f32, ${n}, ${m}>());
  subgroupMatrixStore<row_major>(&sums, subgroup, sum, ${n}u);
}
`
  device.pushErrorScope('validation')
  const module = device.createShaderModule({ label: 'matrices of subgroups', code })
  const made = catchingTicks(() =>
    device.createComputePipelineAsync({ layout: 'auto', compute: { module, entryPoint: 'main' } }),
  )
  const [pipeline, error] = await Promise.allSettled([made, device.popErrorScope()])
  return pipeline.status === 'fulfilled' && error.status === 'fulfilled' && error.value === null
}
