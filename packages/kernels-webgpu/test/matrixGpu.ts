import { MATRIX_FEATURE } from '../src/subgroupMatrices.ts'

/**
 * A GPU whose adapters have subgroup matrices of float32, 8 by 8 by 8, which no software adapter offers. What WGSL says of
 * them is put in other words: every thread of a subgroup holds the whole of a matrix, and all of them do the same.
 */
export const matrixGpu = (gpu: GPU, { writes = 'as we do' }: { writes?: 'as we do' | 'otherwise' } = {}): GPU =>
  around(gpu, {
    async requestAdapter(options?: GPURequestAdapterOptions) {
      const adapter = await gpu.requestAdapter(options)
      return adapter && matrixAdapter(adapter, writes === 'as we do' ? inOtherWords : (code) => code)
    },
  })

const SIDE = 8
const configuration = { componentType: 'f32', resultComponentType: 'f32', M: SIDE, N: SIDE, K: SIDE }

function matrixAdapter(adapter: GPUAdapter, translated: (code: string) => string): GPUAdapter {
  const features = new Set([...adapter.features, MATRIX_FEATURE])
  return around(adapter, {
    features,
    info: around(adapter.info, { subgroupMatrixConfigs: [configuration] }),
    async requestDevice(description: GPUDeviceDescriptor) {
      const requiredFeatures = [...(description.requiredFeatures ?? [])].filter((name) => name !== MATRIX_FEATURE)
      const device = await adapter.requestDevice({ ...description, requiredFeatures })
      const createShaderModule = (module: GPUShaderModuleDescriptor): GPUShaderModule =>
        device.createShaderModule({ ...module, code: translated(module.code) })
      return around(device, { features, createShaderModule })
    },
  })
}

/** `object` with some members replaced; its methods are called on itself. */
function around<T extends object>(object: T, replaced: Readonly<Record<string, unknown>>): T {
  return new Proxy(object, {
    get(target, name) {
      if (typeof name === 'string' && name in replaced) return replaced[name]
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
    set: (target, name, value) => Reflect.set(target, name, value, target),
  })
}

const load = /subgroupMatrixLoad<subgroup_matrix_\w+<f32, 8, 8>, (row|col)_major>\(&(\w+), /g
const store = /subgroupMatrixStore<row_major>\(&(\w+), /g

function inOtherWords(code: string): string {
  if (!code.includes('subgroup_matrix')) return code
  const functions = new Map<string, string>()
  const text = code
    .replace('enable chromium_experimental_subgroup_matrix;', 'enable subgroups;')
    .replaceAll('subgroup_matrix_result<f32, 8, 8>()', 'Matrix()')
    .replaceAll('subgroupMatrixMultiplyAccumulate', 'multiplied')
    .replace(load, (_, order: string, memory: string) => {
      const place = order === 'row' ? 'row * stride + column' : 'column * stride + row'
      return `${define(`load_${order}_${memory}`, 'at: u32, stride: u32', `matrix[row * 8u + column] = ${memory}[at + ${place}];`)}(`
    })
    .replace(store, (_, memory: string) => {
      const line = `${memory}[at + row * stride + column] = matrix[row * 8u + column];`
      return `${define(`store_${memory}`, 'at: u32, given: Matrix, stride: u32', line)}(`
    })
  const [enables, rest] = splitEnables(text)
  return [enables, 'alias Matrix = array<f32, 64>;', MULTIPLIED, ...functions.values(), rest].join('\n')

  function define(name: string, parameters: string, line: string): string {
    const stores = name.startsWith('store')
    functions.set(
      name,
      `fn ${name}(${parameters})${stores ? '' : ' -> Matrix'} {
  var matrix = ${stores ? 'given' : 'Matrix()'};
  for (var row = 0u; row < 8u; row += 1u) {
    for (var column = 0u; column < 8u; column += 1u) {
      ${line}
    }
  }
${stores ? '' : '  return matrix;\n'}}`,
    )
    return name
  }
}

/** Directives stand before everything else, each once. */
function splitEnables(text: string): [string, string] {
  const lines = text.split('\n')
  const isEnable = (line: string): boolean => line.startsWith('enable ')
  return [[...new Set(lines.filter(isEnable))].join('\n'), lines.filter((line) => !isEnable(line)).join('\n')]
}

const MULTIPLIED = `fn multiplied(left: Matrix, right: Matrix, sum: Matrix) -> Matrix {
  var a = left;
  var b = right;
  var total = sum;
  for (var row = 0u; row < 8u; row += 1u) {
    for (var column = 0u; column < 8u; column += 1u) {
      for (var k = 0u; k < 8u; k += 1u) {
        total[row * 8u + column] += a[row * 8u + k] * b[k * 8u + column];
      }
    }
  }
  return total;
}`
