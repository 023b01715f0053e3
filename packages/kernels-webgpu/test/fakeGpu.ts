/** A GPUDevice that does nothing and counts: what a recording is made of, without running it. */
export interface FakeGpu {
  readonly device: GPUDevice
  readonly calls: { [name: string]: number }
  /** Writes and submits in their order. */
  readonly queue: string[]
  /** Bytes of the buffers made. */
  readonly sizes: number[]
  /** When it has run what was submitted. */
  done: () => Promise<void>
  /** What the innermost error scope caught. */
  caught: () => Promise<GPUError | null>
  /** A kernel that is compiled ahead. */
  compiled: () => Promise<object>
}

/** `changes` replaces members of the device. */
export function fakeGpu(changes: object = {}): FakeGpu {
  const calls: { [name: string]: number } = {}
  const queue: string[] = []
  const sizes: number[] = []
  const count = (name: string): void => {
    calls[name] = (calls[name] ?? 0) + 1
  }
  const counting =
    (name: string, made: () => object = () => ({})) =>
    () => {
      count(name)
      return made()
    }
  const pass = {
    setPipeline: counting('setPipeline'),
    setBindGroup: counting('setBindGroup'),
    dispatchWorkgroups: (x: number, y: number) => {
      count('dispatch')
      queue.push(`dispatch ${x} ${y}`)
    },
    dispatchWorkgroupsIndirect: counting('dispatchIndirect'),
    end: counting('end'),
  }
  const device = {
    limits: {
      maxStorageBuffersPerShaderStage: 8,
      maxDynamicStorageBuffersPerPipelineLayout: 4,
      maxBufferSize: 2 ** 28,
      maxStorageBufferBindingSize: 2 ** 27,
      maxComputeWorkgroupStorageSize: 16384,
      maxComputeInvocationsPerWorkgroup: 256,
    },
    lost: new Promise(() => {}),
    features: new Set(),
    addEventListener: () => {},
    removeEventListener: () => {},
    destroy: counting('destroyDevice'),
    pushErrorScope: () => {},
    popErrorScope: () => fake.caught(),
    createBuffer: ({ size }: GPUBufferDescriptor) => {
      count('createBuffer')
      sizes.push(size)
      return {
        size,
        destroy: counting('destroyBuffer'),
        mapAsync: async () => {},
        getMappedRange: (_from: number, bytes: number) => new ArrayBuffer(bytes),
        unmap: () => {},
      }
    },
    createShaderModule: counting('createShaderModule'),
    createBindGroupLayout: counting('createBindGroupLayout'),
    createPipelineLayout: counting('createPipelineLayout'),
    createComputePipeline: counting('createComputePipeline'),
    createComputePipelineAsync: () => {
      count('createComputePipelineAsync')
      return fake.compiled()
    },
    createBindGroup: counting('createBindGroup'),
    createCommandEncoder: counting('createCommandEncoder', () => ({
      beginComputePass: () => pass,
      copyBufferToBuffer: counting('copy'),
      clearBuffer: counting('clear'),
      finish: () => ({}),
    })),
    queue: {
      writeBuffer: (_buffer: object, offset: number, _data: object, _from: number, bytes: number) =>
        queue.push(`write ${bytes} bytes at ${offset}`),
      submit: (commands: readonly object[]) => queue.push(`submit ${commands.length}`),
      onSubmittedWorkDone: () => fake.done(),
    },
    ...changes,
  }
  const fake: FakeGpu = {
    device: device as unknown as GPUDevice,
    calls,
    queue,
    sizes,
    done: async () => {},
    caught: async () => null,
    compiled: async () => ({}),
  }
  return fake
}
