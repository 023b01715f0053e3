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
  readonly comparedWith: 'rungs-cpu' | 'rungs-wasm' | 'rungs-webgpu'
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

const plainJavaScript: readonly string[] = ['rungs cpu', 'plain loops', 'tfjs cpu']

const entry = (title: string, command: string[]): Entry => ({
  id: title.replace(/[ .]/g, '-'),
  title,
  command,
  comparedWith: title.endsWith('webgpu')
    ? 'rungs-webgpu'
    : plainJavaScript.includes(title)
      ? 'rungs-cpu'
      : 'rungs-wasm',
})

export const roster: readonly Entry[] = [
  entry('rungs cpu', script('rungs', 'cpu')),
  entry('plain loops', script('plainLoops')),
  entry('tfjs cpu', script('tfjs', 'cpu')),
  entry('rungs wasm', script('rungs', 'wasm')),
  entry('rungs wasm on one thread', script('rungs', 'wasm', '1')),
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
