/** A GPUDevice that does nothing and counts: what a recording is made of, without running it. */
export interface FakeGpu {
  readonly device: GPUDevice
  readonly calls: { [name: string]: number }
  /** Writes and submits in their order. */
  readonly queue: string[]
}

export function fakeGpu(): FakeGpu {
  const calls: { [name: string]: number } = {}
  const queue: string[] = []
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
    end: counting('end'),
  }
  const device = {
    limits: {
      maxStorageBuffersPerShaderStage: 8,
      maxDynamicStorageBuffersPerPipelineLayout: 4,
      maxBufferSize: 2 ** 28,
      maxStorageBufferBindingSize: 2 ** 27,
    },
    lost: new Promise(() => {}),
    features: new Set(),
    addEventListener: () => {},
    pushErrorScope: () => {},
    popErrorScope: async () => null,
    createBuffer: counting('createBuffer', () => ({ destroy: counting('destroyBuffer') })),
    createShaderModule: counting('createShaderModule'),
    createBindGroupLayout: counting('createBindGroupLayout'),
    createPipelineLayout: counting('createPipelineLayout'),
    createComputePipeline: counting('createComputePipeline'),
    createBindGroup: counting('createBindGroup'),
    createCommandEncoder: counting('createCommandEncoder', () => ({
      beginComputePass: () => pass,
      finish: () => ({}),
    })),
    queue: {
      writeBuffer: (_buffer: object, offset: number, _data: object, _from: number, bytes: number) =>
        queue.push(`write ${bytes} bytes at ${offset}`),
      submit: (commands: readonly object[]) => queue.push(`submit ${commands.length}`),
      onSubmittedWorkDone: async () => {},
    },
  }
  return { device: device as unknown as GPUDevice, calls, queue }
}
