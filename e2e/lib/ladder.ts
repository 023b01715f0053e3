/** A package as a user meets it: what its installation brings, and what may be added. */
export interface Rung {
  readonly name: string
  /** Under `packages/`. */
  readonly folder: string
  /** Everything that lies in `node_modules` after installing it alone. */
  readonly brings: readonly string[]
  /** Optional peers that its example needs in Node, with the version that it asks for. */
  readonly peers: Readonly<Record<string, string>>
}

const NDARRAY = '@rungs/ndarray'
const WASM = '@rungs/kernels-wasm'
const WEBGPU = '@rungs/kernels-webgpu'
const AUTOGRAD = '@rungs/autograd'
const EINSUM = '@rungs/einsum'
const NN = '@rungs/nn'
const OPTIM = '@rungs/optim'

const rung = (name: string, below: readonly string[], peers: Rung['peers'] = {}): Rung => ({
  name,
  folder: name.replace('@rungs/', ''),
  brings: [name, ...below].toSorted(),
  peers,
})

export const ladder: readonly Rung[] = [
  rung(NDARRAY, []),
  rung(WASM, [NDARRAY]),
  rung(WEBGPU, [NDARRAY], { webgpu: '0.6.2' }),
  rung(AUTOGRAD, [NDARRAY]),
  rung(EINSUM, [NDARRAY]),
  rung(NN, [AUTOGRAD, NDARRAY]),
  rung(OPTIM, [AUTOGRAD, NDARRAY]),
  rung('rungs', [NDARRAY, WASM, WEBGPU, AUTOGRAD, EINSUM, NN, OPTIM]),
]

export function rungNamed(name: string): Rung {
  const found = ladder.find((each) => each.name === name)
  if (found === undefined)
    throw new TypeError(`${name} is not on the ladder: ${ladder.map((each) => each.name).join(', ')}`)
  return found
}
