import {
  cpu,
  type Device,
  enableGrad,
  expr,
  formulas as f,
  keep,
  program,
  RungsError,
  type Tensor,
  updateInPlace,
  zeros,
} from '@rungs/autograd'
import { checkNumbers, withDefaults } from './check.ts'
import { flatGradient, pieceOf, read } from './flat.ts'
import { directionOf, remember } from './inverseHessian.ts'
import { type Point, strongWolfe } from './lineSearch.ts'
import { Optimizer, type Options } from './optimizer.ts'
import type { ParamOptions, Params } from './params.ts'
import { place } from './place.ts'
import type { LoadedGroup } from './stateDict.ts'

export interface LBFGSOptions extends Options {
  /** Iterations of one step. */
  maxIter: number
  /** Calls of the closure in one step; 1.25 times `maxIter` when null. */
  maxEval: number | null
  /** A gradient with no larger element ends the step. */
  toleranceGrad: number
  /** A change of the loss or of every parameter that is not larger ends the step. */
  toleranceChange: number
  /** Changes of the gradient that are remembered. */
  historySize: number
  /** How far to go along a direction: by `lr`, or until the strong Wolfe conditions hold. */
  lineSearchFn: 'strong_wolfe' | null
}

/** What is remembered under the first parameter: vectors of all parameters, and numbers, which are on cpu. */
export interface LBFGSState {
  /** Calls of the closure, iterations, and changes that entered the history. */
  funcEvals: Tensor
  nIter: Tensor
  nUpdates: Tensor
  /** The latest direction, how far it was followed, and the gradient and the loss from which. */
  d: Tensor
  t: Tensor
  prevFlatGrad: Tensor
  prevLoss: Tensor
  /** The history: changes of the gradient, of the parameters, and the reciprocals of their products; the oldest is replaced. */
  oldDirs: Tensor
  oldStps: Tensor
  ro: Tensor
  /** The first guess of the inverse Hessian is so many times the identity. */
  hDiag: Tensor
}

const defaults: LBFGSOptions = {
  lr: 1,
  maxIter: 20,
  maxEval: null,
  toleranceGrad: 1e-7,
  toleranceChange: 1e-9,
  historySize: 100,
  lineSearchFn: null,
}

/** Those that live with the parameters; the others are numbers. */
const vectors = ['d', 'prevFlatGrad', 'oldDirs', 'oldStps'] as const

/**
 * Limited-memory BFGS: follow `-H · gradient`, with the inverse Hessian H as the latest changes of the gradient suggest it. It
 * looks at losses to decide what to do, so `step` is asynchronous; its memory is `2 · historySize` times the parameters, which
 * form one group on one device. As PyTorch's.
 * @see J. Nocedal and S. Wright, Numerical optimization, algorithms 7.4 and 7.5.
 */
export class LBFGS extends Optimizer<LBFGSOptions, LBFGSState> {
  static override typeName: string = 'LBFGS'
  private isBusy = false

  /** @throws {RungsError} for several groups, and for numbers out of range. */
  constructor(params: Params<LBFGSOptions>, options: Partial<LBFGSOptions> = {}) {
    super(params, withDefaults('LBFGS', options, defaults))
    if (this.paramGroups.length !== 1) throw noGroups()
    const { params: own, historySize } = this.group
    const [first] = own
    if (first === undefined) throw new RungsError('optimizer got an empty parameter list: new LBFGS([{ params: [] }])')
    const size = own.reduce((sum, param) => sum + param.size, 0)
    const { device, dtype } = first
    const vector = (shape: readonly number[]): Tensor => zeros(shape, { device, dtype })
    const number = (shape: readonly number[] = []): Tensor => zeros(shape, { device: cpu, dtype: 'float64' })
    const state: LBFGSState = {
      funcEvals: number(),
      nIter: number(),
      nUpdates: number(),
      d: vector([size]),
      t: number(),
      prevFlatGrad: vector([size]),
      prevLoss: number(),
      oldDirs: vector([historySize, size]),
      oldStps: vector([historySize, size]),
      ro: number([historySize]),
      hDiag: number().fill_(1),
    }
    for (const array of Object.values(state)) keep(array)
    this.state.set(first, state)
  }

  /** @throws {RungsError} always. */
  override addParamGroup(_group: ParamOptions<LBFGSOptions>): never {
    throw noGroups()
  }

  /**
   * Up to `maxIter` iterations.
   * @param closure clears the gradients, computes the loss and its gradients, and returns the loss; it is called again and again.
   * @returns the loss before the step.
   */
  override async step(closure: () => Tensor): Promise<Tensor> {
    if (typeof closure !== 'function') {
      throw new RungsError(
        "LBFGS.step() missing 1 required argument: 'closure', which clears gradients, calls backward() and returns the loss",
      )
    }
    if (this.isBusy) throw new RungsError('LBFGS: the step before has not ended; write await optimizer.step(closure)')
    this.isBusy = this.hasStepped = true
    try {
      return await this.minimize(closure)
    } finally {
      this.isBusy = false
    }
  }

  override async transfer(device: Device): Promise<this> {
    const state = this.memory
    for (const name of vectors) state[name] = await state[name].transfer(device)
    return this
  }

  protected override check(options: LBFGSOptions): void {
    checkNumbers(options, { toleranceGrad: 'tolerance_grad', toleranceChange: 'tolerance_change' })
    for (const name of ['maxIter', 'historySize'] as const) {
      if (!(Number.isInteger(options[name]) && options[name] > 0)) {
        throw new RungsError(`LBFGS: ${name} must be a positive integer, got ${options[name]}`)
      }
    }
    const { lineSearchFn } = options
    if (lineSearchFn !== null && lineSearchFn !== 'strong_wolfe') {
      throw new RungsError(`only 'strong_wolfe' is supported: lineSearchFn is ${String(lineSearchFn)}`)
    }
  }

  protected override restore({ states }: LoadedGroup<LBFGSOptions>): () => void {
    const own = Object.entries(this.memory) as [string, Tensor][]
    const copies = own.map(([name, to]) => [to, states[0]!.get(name, to.shape).to(to.device)] as const)
    return () => {
      for (const [to, from] of copies) to.copy_(from)
    }
  }

  private get group() {
    return this.paramGroups[0]!
  }

  private get memory(): LBFGSState {
    return this.state.get(this.group.params[0]!)!
  }

  private async minimize(closure: () => Tensor): Promise<Tensor> {
    const { params, lr, maxIter, toleranceGrad, toleranceChange, lineSearchFn } = this.group
    const maxEval = this.group.maxEval ?? Math.floor((maxIter * 5) / 4)
    const state = this.memory
    const { device, dtype } = params[0]!
    for (const name of vectors) state[name] = keep(place(this.name, state[name], device, dtype))
    let evaluations = 0
    const measure = async (t: number): Promise<Point & { readonly tensor: Tensor }> => {
      const tensor = enableGrad(closure)
      const gradient = flatGradient(params)
      const [loss, slope, largest] = await read(tensor, gradient.dot(state.d), gradient.abs().amax())
      evaluations++
      state.funcEvals.add_(1)
      return { t, loss, slope, largest, gradient, tensor }
    }
    const move = (from: readonly Tensor[], t: number): void =>
      params.forEach((param, i) => {
        updateInPlace(this.name, follow, [param], [from[i]!, pieceOf(state.d, params, i)], [t])
      })

    const first = await measure(0)
    let point: Point = first
    for (let iteration = 1; point.largest > toleranceGrad; iteration++) {
      const { gradient, loss } = point
      const isFirst = state.nIter.itemSync() === 0
      if (!isFirst) await remember(state, gradient)
      state.d.copy_(isFirst ? gradient.neg() : directionOf(state, gradient))
      state.prevFlatGrad.copy_(gradient)
      state.prevLoss.fill_(loss)
      state.nIter.add_(1)
      const [slope, reach, sum] = await read(gradient.dot(state.d), state.d.abs().amax(), gradient.abs().sum())
      let t = isFirst ? Math.min(1, 1 / sum) * lr : lr
      state.t.fill_(t)
      if (slope > -toleranceChange) break
      if (lineSearchFn === null) {
        move(params, t)
        if (iteration < maxIter) point = await measure(t)
      } else {
        const origin = params.map((param) => param.detach().clone())
        const evaluate = (at: number): Promise<Point> => {
          move(origin, at)
          return measure(at)
        }
        point = await strongWolfe(evaluate, { ...point, t: 0, slope }, t, toleranceChange / reach)
        t = point.t
        state.t.fill_(t)
        move(origin, t)
      }
      if (iteration >= maxIter || evaluations >= maxEval) break
      if (reach * Math.abs(t) <= toleranceChange || Math.abs(point.loss - loss) < toleranceChange) break
    }
    return first.tensor
  }
}

/** `from + t · direction`. */
const follow = program(f.add(f.x0, f.mul(expr.scalar(0), f.x1)))

const noGroups = (): RungsError => new RungsError("LBFGS doesn't support per-parameter options (parameter groups)")
