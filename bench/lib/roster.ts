import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** One row of the tables. */
export interface Entry {
  readonly id: string
  readonly title: string
  /** A process that answers as `serve.ts` says. */
  readonly command: readonly string[]
  /** The file in `contestants/` that has it. */
  readonly contestant: string
  /** Why it cannot take part anywhere. */
  readonly absent?: string
  /** Ours on the same kind of device, with whose times this one's are compared. */
  readonly comparedWith: 'rungs-cpu' | 'rungs-wasm' | 'rungs-webgpu'
  /** The suite that it is there for, and no other. */
  readonly only?: string
}

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** Debian's own where it is, since that is the one that has numpy and PyTorch as packages. */
const python = process.env.PYTHON ?? (existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3')

const plainJavaScript: readonly string[] = ['rungs cpu', 'bare contract', 'plain loops', 'tfjs cpu']

const entry = (title: string, contestant: string, command: readonly string[]): Entry => ({
  id: title.replace(/[ .]/g, '-'),
  title,
  contestant,
  command,
  comparedWith: title.endsWith('webgpu')
    ? 'rungs-webgpu'
    : plainJavaScript.includes(title)
      ? 'rungs-cpu'
      : 'rungs-wasm',
})

/** Bundled by run.mjs and runGpu.mjs. */
const script = (title: string, name: string, kind: string): Entry =>
  entry(title, name, [process.execPath, '--no-warnings', `${ROOT}dist/contestants/${name}.js`, kind])

const module = (title: string, name: string, kind = 'cpu', program = python): Entry =>
  entry(title, name, [program, '-B', `${ROOT}contestants/${name}.py`, kind])

const onWebgpu = [
  script('rungs webgpu', 'rungs', 'webgpu'),
  script('tfjs webgpu', 'tfjs', 'webgpu'),
  script('jax-js webgpu', 'jaxJs', 'webgpu'),
]
const onnxWebgpu = script('onnxruntime-web webgpu', 'onnxWebgpu', 'webgpu')
const onnxInNode: Entry = {
  ...onnxWebgpu,
  absent: 'its WebGPU build does not start in Node: Dawn refuses its writes from shared memory (1.30.0)',
}

export const roster: readonly Entry[] = [
  script('rungs cpu', 'rungs', 'cpu'),
  { ...script('bare contract', 'rungs', 'kernels'), only: 'einsum' },
  script('plain loops', 'plainLoops', 'cpu'),
  script('tfjs cpu', 'tfjs', 'cpu'),
  script('rungs wasm', 'rungs', 'wasm'),
  script('rungs wasm on one thread', 'rungs', 'wasm1'),
  script('tfjs wasm', 'tfjs', 'wasm'),
  script('jax-js wasm', 'jaxJs', 'wasm'),
  script('onnxruntime-web wasm', 'onnx', 'wasm'),
  onnxInNode,
  module('numpy', 'numpyContestant'),
  module('torch', 'torchContestant'),
  ...onWebgpu,
]

/** The program that has PyTorch with CUDA where `python` is not the one; see docs/gpu-machine.md. */
const torchCuda: Entry = {
  ...module('torch cuda', 'torchContestant', 'cuda', process.env.CUDA_PYTHON),
  comparedWith: 'rungs-webgpu',
}

/** In Node, with PyTorch on the same card; in a browser, with whom only a browser starts. */
export const gpuRoster: Readonly<Record<'node' | 'chromium', readonly Entry[]>> = {
  node: [...onWebgpu, onnxInNode, torchCuda],
  chromium: [...onWebgpu, onnxWebgpu],
}

/** Not a row: what the adapter can do at best. */
export const ceilingsEntry: Entry = { ...script('ceilings', 'ceilings', 'webgpu'), comparedWith: 'rungs-webgpu' }
