import {
  type Device,
  type DType,
  emptyLike,
  expr,
  formulas as f,
  full,
  keep,
  noGrad,
  program,
  RungsError,
  sameShape,
  Tensor,
  updateInPlace,
} from '@rungs/autograd'
import { checkDict, withDefaults } from './check.ts'
import { blend } from './descent.ts'
import { checkParams, listGroups } from './params.ts'
import { countType, place } from './place.ts'

export interface AveragingOptions {
  /** How much of the averages stays at each update; 0.999 when left out. */
  readonly decay?: number
}

export interface AveragesStateDict {
  /** Updates so far, a 0-d array. */
  readonly nAveraged: Tensor
  /** In the order of the parameters. */
  readonly averages: readonly Tensor[]
}

/**
 * Moving averages of parameters, which often do better than the parameters themselves: after every step of training `update`,
 * which makes `average = decay · average + (1 - decay) · param`, the first time `average = param`.
 * @see B. Polyak and A. Juditsky, Acceleration of stochastic approximation by averaging, 1992.
 */
export class ExponentialMovingAverage {
  /** In the order of the parameters. */
  readonly averages: Tensor[]
  readonly decay: number
  private readonly params: readonly Tensor[]
  private nAveraged: Tensor
  private isSwapped = false

  /** @throws {RungsError | AutogradError} for parameters that cannot be, and a decay outside [0, 1]. */
  constructor(params: Iterable<Tensor>, options: AveragingOptions = {}) {
    const { decay } = withDefaults('ExponentialMovingAverage', options, { decay: 0.999 })
    if (!(decay >= 0 && decay <= 1)) {
      throw new RungsError(`Invalid decay value ${decay} provided. Please provide a value in [0,1] range.`)
    }
    this.decay = decay
    this.params = listGroups('ExponentialMovingAverage', params).flatMap(({ params: own }) => own)
    checkParams(this.params, new Set())
    this.averages = this.params.map((param) => keep(param.detach().clone()))
    const { device } = this.params[0]!
    this.nAveraged = keep(full([], 0, { device, dtype: countType(device) }))
  }

  /** Take the parameters as they are now into the averages. @throws {RungsError} inside `averaged`. */
  update(): void {
    this.refuseSwapped('update')
    noGrad(() => {
      this.follow()
      const [stays, enters] = [emptyLike(this.nAveraged), emptyLike(this.nAveraged)]
      updateInPlace(NAME, weights, [this.nAveraged, stays, enters], [this.nAveraged], [this.decay, 1 - this.decay])
      let own: readonly Tensor[] = []
      for (const [i, param] of this.params.entries()) {
        const { device, dtype } = param
        if (own[0]?.device !== device || own[0].dtype !== dtype) {
          own = [stays, enters].map((weight) => this.place(weight, device, dtype))
        }
        updateInPlace(NAME, average, [this.averages[i]!], [this.averages[i]!, param, ...own])
      }
    })
  }

  /**
   * Run `body` with the averages in place of the parameters, and return what it returns; if that is a promise, until it settles.
   * @throws {RungsError} inside another `averaged`.
   */
  averaged<T>(body: () => T): T {
    this.refuseSwapped('averaged')
    noGrad(() => this.follow())
    this.swap()
    let result: T
    try {
      result = body()
    } catch (error) {
      this.swap()
      throw error
    }
    if (result instanceof Promise) return result.finally(() => this.swap()) as T
    this.swap()
    return result
  }

  /** The tensors share memory with these averages. */
  stateDict(): AveragesStateDict {
    return { nAveraged: this.nAveraged, averages: [...this.averages] }
  }

  /** @throws {RungsError} where number or shapes differ; nothing has been changed then. */
  loadStateDict(dict: AveragesStateDict): void {
    this.refuseSwapped('loadStateDict')
    checkDict(NAME, dict, ['nAveraged', 'averages'])
    const { nAveraged, averages } = dict
    if (![nAveraged, ...averages].every((x) => x instanceof Tensor)) {
      throw new RungsError(`${NAME}.loadStateDict: expected Tensors; of arrays of JavaScript, tensor(…) makes some`)
    }
    const fits =
      averages.length === this.averages.length &&
      averages.every(({ shape }, i) => sameShape(shape, this.averages[i]!.shape))
    if (!fits)
      throw new RungsError(`${NAME}: the loaded averages are of other parameters: their number or shapes differ`)
    noGrad(() => {
      this.nAveraged.copy_(nAveraged.to(this.nAveraged.device))
      for (const [i, own] of this.averages.entries()) own.copy_(averages[i]!.to(own.device))
    })
  }

  /** Follow parameters that `model.transfer(device)` moved off a device that cannot be read at once. */
  async transfer(device: Device): Promise<this> {
    this.refuseSwapped('transfer')
    this.nAveraged = await this.nAveraged.transfer(device)
    for (const [i, own] of this.averages.entries()) this.averages[i] = await own.transfer(device)
    return this
  }

  /** Averages live where their parameters do. */
  private follow(): void {
    const { device } = this.params[0]!
    this.nAveraged = this.place(this.nAveraged, device, countType(device))
    this.params.forEach((param, i) => {
      this.averages[i] = this.place(this.averages[i]!, param.device, param.dtype)
    })
  }

  private place(x: Tensor, device: Device, dtype: DType): Tensor {
    return keep(place(NAME, x, device, dtype, 'averages'))
  }

  private swap(): void {
    this.isSwapped = !this.isSwapped
    this.params.forEach((param, i) => {
      const own = this.averages[i]!
      ;[param.array, own.array] = [own.array, param.array]
    })
  }

  private refuseSwapped(method: string): void {
    if (this.isSwapped)
      throw new RungsError(`${NAME}.${method}: the averages are in use; wait until averaged(…) has ended`)
  }
}

const NAME = 'ExponentialMovingAverage'

/** The next count, and the weights of the average and of the parameter. */
const weights = (() => {
  const isFirst = f.eq(f.x0, 0)
  return program(
    f.add(f.x0, 1),
    expr.where(isFirst, expr.constant(0), expr.scalar(0)),
    expr.where(isFirst, expr.constant(1), expr.scalar(1)),
  )
})()

const average = program(blend(f.x0, f.x2, f.x1, expr.input(3)))
