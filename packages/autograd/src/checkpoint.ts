import {
  currentScope,
  formatShape,
  type Generator,
  type GeneratorState,
  NDArray,
  observeDraws,
  type PhiloxGenerator,
  type Scope,
  type Storage,
  setScope,
  storagesMade,
  tidy,
} from '@rungs/ndarray'
import { AutogradError } from './errors.ts'
import { enableGrad, isGradEnabled, synchronous } from './gradMode.ts'
import { type Gradients, type Node, observeRecording, type Rule, Saved } from './graph.ts'
import { currentPass, type Recomputed } from './ownership.ts'
import { Tensor } from './tensor.ts'
import { isPlain, tensorsIn } from './tree.ts'

/**
 * `fn(...inputs)`, of which nothing is kept for backward but inputs and results: the pass calls `fn` again when it gets there
 * and lets go of what that has computed when it is through (T. Chen and others, Training deep nets with sublinear memory cost,
 * 2016). Memory of a deep network for about a third more time.
 *
 * Gradients are those of a plain call, to any order, also for tensors that `fn` takes from around it, and checkpoints may be
 * nested. Arrays are drawn with the same random numbers again, from whatever generator; numbers that `fn` draws itself, one by
 * one, and all else that it does (counting, printing, moving running statistics) come twice, and must not change what it
 * computes. As in `tidy`, what is made in `fn` and not in its result is released. Inside a `tidy`, pass tensors that were made
 * there as inputs.
 * @throws {AutogradError} where `fn` is no function, or returns a promise; in backward, where an input was changed in place since, or `fn` does
 *   other operations than it did.
 */
export function checkpoint<A extends readonly unknown[], R>(fn: (...inputs: A) => R, ...inputs: A): R {
  if (typeof fn !== 'function') {
    throw new AutogradError(
      `checkpoint: expected a function, got ${String(fn)}; of a module it is checkpoint((x) => module.forward(x), x)`,
    )
  }
  const body = (): R => synchronous('checkpoint', fn(...inputs))
  // Without recording, nothing is saved that could be left out.
  if (!isGradEnabled()) return tidy(() => ({ output: body() })).output
  return new Segment(body, tensorsIn(inputs)).forward() as R
}

type AnyGenerator = Generator | PhiloxGenerator
type State = GeneratorState | NDArray

/** More than there are gradients on their way: marks what a pass may read and must not take for its own. */
const LENT = 2 ** 20

/** One checkpointed call: the operations that it recorded, and how to have again what they saved. */
class Segment implements Recomputed {
  private readonly body: () => unknown
  /** What the call reads and did not make: inputs, and what operations saved of the surroundings. */
  private readonly read: Saved[]
  /** The tensors of that. */
  reads: readonly Tensor[] = []
  /** Where generators stood before the call first drew from them. */
  private readonly states: Map<AnyGenerator, State> = new Map()
  private nodes: Node[] = []
  /** The number of the earliest operation that asks for values of this call. */
  first: number = Infinity
  /** By node, what stands for its rule while what it saved is not there; null where nothing is missing. */
  private stubs: (Stub | null)[] = []
  private storages: Storage[] = []

  constructor(body: () => unknown, inputs: readonly Tensor[]) {
    this.body = body
    this.read = inputs.map((x) => new Saved(x))
  }

  forward(): unknown {
    const before = storagesMade()
    const { output } = tidy(() => {
      const { output, nodes } = this.call((generator) => {
        if (!this.states.has(generator)) this.states.set(generator, stateOf(generator))
      })
      const results = new Set(tensorsIn(output).map((x) => x.storage))
      this.forget(nodes, (storage) => storage.id > before && !results.has(storage))
      return { output }
    })
    // Generators that the function makes for itself, it makes again.
    for (const generator of this.states.keys()) if (isGone(generator)) this.states.delete(generator)
    return output
  }

  private call(onDraw: (generator: AnyGenerator) => void): { readonly output: unknown; readonly nodes: Node[] } {
    const nodes: Node[] = []
    const stops = [observeRecording((node) => nodes.push(node)), observeDraws(onDraw)]
    try {
      return { output: this.body(), nodes }
    } finally {
      for (const stop of stops) stop()
    }
  }

  /** Take from `nodes` what is about to go. */
  private forget(nodes: Node[], goes: (storage: Storage) => boolean): void {
    this.nodes = nodes
    this.stubs = nodes.map((node, i) => (isWhole(node, goes) ? null : new Stub(this, i, node.rule)))
    this.first = nodes.find((_, i) => this.stubs[i] !== null)?.sequence ?? Infinity
    const read = new Set(this.read.map(({ tensor }) => tensor))
    for (const { kept } of nodes) {
      for (const saved of kept) {
        if (saved === null || goes(saved.tensor.storage) || read.has(saved.tensor)) continue
        read.add(saved.tensor)
        this.read.push(saved)
      }
    }
    this.reads = this.read.map(({ tensor }) => tensor)
    this.drop()
  }

  /** Give the nodes back what they saved, for a pass that has come to node number `at`. */
  recompute(at: number): void {
    const pass = currentPass()
    pass?.takeBack(at)
    for (const saved of this.read) saved.read()
    const scope: Scope = { storages: new Set() }
    const twins = this.replay(scope)
    this.compare(twins)
    const needed = neededBy(twins)
    for (const storage of scope.storages) {
      if (needed !== null && !needed.has(storage)) storage.release()
      else {
        storage.pins += LENT
        this.storages.push(storage)
      }
    }
    for (const [i, node] of this.nodes.entries()) if (this.stubs[i] !== null) takeOver(node, twins[i]!)
    pass?.lend(this)
  }

  /** Call the function as it was called first, with the random numbers of then. */
  private replay(scope: Scope): Node[] {
    const states = [...this.states]
    const now = states.map(([generator]) => [generator, stateOf(generator)] as const)
    const outer = setScope(scope)
    try {
      for (const [generator, state] of states) rewind(generator, state)
      return enableGrad(() => this.call(() => {}).nodes)
    } finally {
      setScope(outer)
      for (const [generator, state] of now) {
        rewind(generator, state)
        if (state instanceof NDArray) state.dispose()
      }
    }
  }

  private compare(twins: readonly Node[]): void {
    const describe = (node: Node | undefined): string =>
      node === undefined ? 'nothing' : `${node.name} of ${formatShape(node.shape)}`
    for (let i = 0; i < Math.max(twins.length, this.nodes.length); i++) {
      const [then, now] = [describe(this.nodes[i]), describe(twins[i])]
      if (then === now) continue
      throw new AutogradError(
        'checkpoint: Recomputed values for the following tensors have different metadata than during the forward pass: ' +
          `operation ${i} was ${then}, and is ${now} when the function is called again. It must do the same each time: what it ` +
          'decides by may not change in between, and numbers drawn one by one have to come in as inputs',
      )
    }
  }

  drop(): Storage[] {
    for (const [i, node] of this.nodes.entries()) {
      const stub = this.stubs[i]!
      if (stub === null || node.isFreed) continue
      node.kept = []
      node.rule = stub
    }
    const { storages } = this
    this.storages = []
    for (const storage of storages) storage.pins -= LENT
    return storages
  }

  /** The node at a place, with what it saved. */
  whole(place: number, at: number): Node {
    const node = this.nodes[place]!
    if (node.rule === this.stubs[place]) this.recompute(at)
    return node
  }
}

/** The rule of a node whose saved values are not there: recompute them, then do what the rule itself says. */
class Stub implements Rule {
  readonly segment: Segment
  private readonly place: number
  private readonly rule: Rule

  constructor(segment: Segment, place: number, rule: Rule) {
    this.segment = segment
    this.place = place
    this.rule = rule
  }

  get name(): string {
    return this.rule.name
  }
  get custom(): boolean {
    return this.rule.custom === true
  }
  get reads(): readonly Tensor[] {
    return this.segment.reads
  }

  backward(node: Node, upstream: Tensor): Gradients {
    const own = this.segment.whole(this.place, node.sequence)
    if (node !== own) takeOver(node, own)
    return node.rule.backward(node, upstream)
  }
}

/**
 * `node` gets what its twin, recorded by another call of the same function, has. Of a checkpoint inside that was made anew, it
 * is the twin's stub: both ask for the same values.
 */
function takeOver(node: Node, twin: Node): void {
  node.kept = twin.kept
  node.options = twin.options
  node.rule = twin.rule
  if (twin.rule instanceof Stub) twin.rule.segment.first = Math.min(twin.rule.segment.first, node.sequence)
}

/** Whether all that a node reads stays; what functions of users read is not known. */
const isWhole = ({ rule, kept, options, isFreed }: Node, goes: (storage: Storage) => boolean): boolean =>
  isFreed ||
  (rule.custom !== true &&
    !(rule instanceof Stub) &&
    !kept.some((saved) => saved !== null && goes(saved.tensor.storage)) &&
    !storagesIn(options).some(goes))

/** What the nodes may read; null where that is not known. */
function neededBy(nodes: readonly Node[]): Set<Storage> | null {
  const needed = new Set<Storage>()
  // One list for all the nodes of a checkpoint.
  const lists = new Set<readonly Tensor[]>()
  for (const { rule, kept, options } of nodes) {
    if (rule.custom === true) return null
    for (const saved of kept) if (saved !== null) needed.add(saved.tensor.storage)
    if (rule.reads !== undefined) lists.add(rule.reads)
    for (const storage of storagesIn(options)) needed.add(storage)
  }
  for (const list of lists) for (const x of list) needed.add(x.storage)
  return needed
}

function storagesIn(value: unknown): Storage[] {
  if (value instanceof Tensor || value instanceof NDArray) return [value.storage]
  if (Array.isArray(value)) return value.flatMap(storagesIn)
  return typeof value === 'object' && value !== null && isPlain(value) ? Object.values(value).flatMap(storagesIn) : []
}

function stateOf(generator: AnyGenerator): State {
  if (generator.stream !== 'philox') return generator.state()
  const state = generator.state.clone()
  // It outlives whatever `tidy` the draw is in.
  currentScope()?.storages.delete(state.storage)
  return state
}

const isGone = (generator: AnyGenerator): boolean => generator.stream === 'philox' && generator.state.storage.released

function rewind(generator: AnyGenerator, state: State): void {
  if (generator.stream === 'philox') generator.state.copy_(state as NDArray)
  else generator.restore(state as GeneratorState)
}
