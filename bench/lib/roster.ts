import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** One row of the tables. */
export interface Entry {
  readonly id: string
  readonly title: string
  readonly command: readonly string[]
  /** Why it cannot take part anywhere. */
  readonly absent?: string
  /** Ours on the same kind of device, with whose times this one's are compared. */
  readonly comparedWith: 'rungs-cpu' | 'rungs-webgpu'
  /** The suite that it is there for, and no other. */
  readonly only?: string
}

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** Bundled by run.mjs. */
const script = (name: string, ...rest: string[]): string[] => [
  process.execPath,
  '--no-warnings',
  `${ROOT}dist/contestants/${name}.js`,
  ...rest,
]

/** Debian's own where it is, since that is the one that has numpy and PyTorch as packages. */
const python = process.env.PYTHON ?? (existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3')
const module = (name: string): string[] => [python, '-B', `${ROOT}contestants/${name}.py`]

const entry = (title: string, command: string[]): Entry => ({
  id: title.replace(/[ .]/g, '-'),
  title,
  command,
  comparedWith: title.endsWith('webgpu') ? 'rungs-webgpu' : 'rungs-cpu',
})

export const roster: readonly Entry[] = [
  entry('rungs cpu', script('rungs', 'cpu')),
  { ...entry('bare contract', script('rungs', 'cpu', 'kernels')), only: 'einsum' },
  entry('plain loops', script('plainLoops')),
  entry('tfjs cpu', script('tfjs', 'cpu')),
  entry('tfjs wasm', script('tfjs', 'wasm')),
  entry('jax-js wasm', script('jaxJs', 'wasm')),
  entry('onnxruntime-web wasm', script('onnx')),
  {
    ...entry('onnxruntime-web webgpu', []),
    absent: 'its WebGPU build does not start in Node: Dawn refuses its writes from shared memory (1.30.0)',
  },
  entry('numpy', module('numpyContestant')),
  entry('torch', module('torchContestant')),
  entry('rungs webgpu', script('rungs', 'webgpu')),
  entry('tfjs webgpu', script('tfjs', 'webgpu')),
  entry('jax-js webgpu', script('jaxJs', 'webgpu')),
]
