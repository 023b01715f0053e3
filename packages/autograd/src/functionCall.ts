import { cpu, type Device, type DType, isFloat, NDArray, type Shape, zeros } from '@rungs/ndarray'
import { AutogradError } from './errors.ts'
import { isGradEnabled, noGrad } from './gradMode.ts'
import { edgeOf, type Gradients, Node, type Rule, Saved } from './graph.ts'
import { moveRetained } from './hooks.ts'
import { asView, edgesOf } from './operator.ts'
import { checkInPlace } from './ops/inPlace.ts'
import { Tensor } from './tensor.ts'

type Inputs = readonly (Tensor | null)[]
type Backward = (...upstream: (Tensor | null)[]) => unknown
interface Like {
  readonly shape: Shape
  readonly dtype: DType
  readonly device: Device
}

/** What stands for several results where one is asked for. */
const BUNDLED = { shape: [], dtype: 'float32' } as const

/** One call of a function of one's own: what its forward has said about it, and its place in the graph. */
export class FunctionCall {
  readonly name: string
  /** How many arguments there are. */
  private readonly arity: number
  /** What to keep for backward, until `record` hands it to the node. */
  toSave: readonly Tensor[] = []
  /** Results that no gradient goes through. */
  constants: readonly Tensor[] = []
  /** Arguments changed in place. */
  dirty: readonly Tensor[] = []
  materializesGrads = true
  /** Calls the user's backward. */
  backward: Backward = () => null
  /** Whether gradients of gradients are an error. */
  once = false
  private node: Node | null = null
  private places = 0
  private results: readonly Like[] = []

  constructor(name: string, arity: number) {
    this.name = name
    this.arity = arity
  }

  get saved(): Tensor[] {
    const { node } = this
    return node === null ? [...this.toSave] : Array.from({ length: this.places }, (_, i) => node.saved(i))
  }

  /** What forward returned, as results of this call in the graph. */
  record(inputs: Inputs, returned: readonly Tensor[], single: boolean): Tensor[] {
    const differentiable = returned.map((x) => isFloat(x.dtype) && !this.constants.includes(x))
    this.checkDirty(returned)
    if (!differentiable.includes(true)) return [...returned]
    this.results = returned.map(({ shape, dtype, device }) => ({ shape, dtype, device }))
    const edges = edgesOf(inputs)
    // Of several results each has a node of its own, behind which stands that of the call.
    const node = new Node(callRule(this), edges, [this], single ? returned[0]!.array : BUNDLED)
    const outs = returned.map((x, i) => {
      if (!differentiable[i]) return x
      const place = single ? node : new Node(resultRule(this.name, returned.length), [node], [i], x.array)
      return this.resultOf(x, place, inputs)
    })
    node.kept = this.toSave.map((x) => {
      const out = outs[returned.indexOf(x)]
      return new Saved(out ?? x)
    })
    // From here on the node keeps them, and frees them.
    this.node = node
    this.places = this.toSave.length
    this.toSave = []
    return outs
  }

  /** The tensor that forward returned, or a view of it where that is an argument, which keeps its history. */
  private resultOf(returned: Tensor, place: Node, inputs: Inputs): Tensor {
    if (this.dirty.includes(returned)) {
      const history = returned.gradFn
      returned.track(place)
      moveRetained(returned, history)
      return returned
    }
    const { array } = returned
    const isArgument = inputs.some((x) => x?.array === array)
    const own = isArgument ? array.view(array.shape, array.strides, array.offset) : array
    const out = asView(new Tensor(own), inputs)
    out.track(place)
    return out
  }

  private checkDirty(returned: readonly Tensor[]): void {
    for (const x of this.dirty) {
      checkInPlace(this.name, x, true)
      if (returned.includes(x)) continue
      throw new AutogradError(
        'Some elements marked as dirty during the forward method were not returned as output. The inputs that are modified ' +
          `inplace must all be outputs of the Function. (${this.name})`,
      )
    }
  }

  /** The gradients of the arguments, by the user's backward, at a node that is this call's or its twin's in a recomputation. */
  gradients(node: Node, upstream: readonly (Tensor | null)[]): Gradients {
    this.node = node
    const given = this.materializesGrads ? upstream.map((x, i) => x ?? zerosOf(this.results[i]!)) : upstream
    const run = (): Gradients => this.checked(this.backward(...given))
    return this.once && isGradEnabled() ? noGrad(run).map((x) => x && differentiableNoMore(x, node, upstream)) : run()
  }

  private checked(given: unknown): Gradients {
    const gradients: readonly unknown[] = Array.isArray(given) ? given : [given]
    if (!gradients.every((x) => x === null || x instanceof Tensor)) {
      throw new AutogradError(
        `${this.name}.backward: expected a Tensor or null for each argument of forward to be returned, got ` +
          `${gradients.map((x) => (x instanceof Tensor ? 'a Tensor' : String(x))).join(', ')}`,
      )
    }
    // As PyTorch: there may be more nulls, but nothing may be missing.
    if (gradients.length >= this.arity && gradients.slice(this.arity).every((x) => x === null)) return gradients
    throw new AutogradError(
      `function ${this.name} returned an incorrect number of gradients (expected ${this.arity}, got ` +
        `${gradients.length})`,
    )
  }
}

const zerosOf = ({ shape, dtype, device }: Like): Tensor => new Tensor(zeros(shape, { dtype, device }))

const callRule = ({ name }: FunctionCall): Rule => ({
  name: `${name}Backward`,
  custom: true,
  backward(node, upstream) {
    // Made by `record`, with the call as its only option.
    const [call] = node.options as readonly [FunctionCall]
    return call.gradients(node, upstream instanceof Bundle ? upstream.parts : [upstream])
  },
})

/** Hands the gradient of one of several results to the call, together with those of the others. */
const resultRule = (name: string, count: number): Rule => ({
  name: `${name}Backward`,
  custom: true,
  backward(node, upstream) {
    const [place] = node.options as readonly [number]
    return [new Bundle(Array.from({ length: count }, (_, i) => (i === place ? upstream : null)))]
  },
})

/** The gradients of several results on their way to the call that gave them; added up, they come together. */
class Bundle extends Tensor {
  readonly parts: readonly (Tensor | null)[]

  constructor(parts: readonly (Tensor | null)[]) {
    super(NDArray.from(0, cpu))
    this.parts = parts
  }

  override add(other: Bundle): Bundle {
    return new Bundle(this.parts.map((part, i) => part ?? other.parts[i]!))
  }
}

const onceRule: Rule = {
  name: 'OnceDifferentiable',
  custom: true,
  backward() {
    throw new AutogradError(
      'trying to differentiate twice a function that was marked with @once_differentiable: its backward is not made of ' +
        'differentiable operations, as onceDifferentiable says',
    )
  },
}

/** `gradient` with a history that ends in an error, whichever way it is gone back. */
function differentiableNoMore(gradient: Tensor, node: Node, upstream: readonly (Tensor | null)[]): Tensor {
  const out = gradient.detach()
  const edges = upstream.map((x) => (x?.requiresGrad === true ? edgeOf(x) : null))
  out.track(new Node(onceRule, [...node.edges, ...edges], [], out.array))
  return out
}
