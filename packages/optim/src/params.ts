import { AutogradError, RungsError, Tensor } from '@rungs/autograd'

/** What an optimiser is given: tensors, or groups of them with options of their own. */
export type Params<O> = Iterable<Tensor> | Iterable<ParamOptions<O>>

/** A group as it is given: options left out are the optimiser's. */
export type ParamOptions<O> = Partial<O> & { readonly params: Iterable<Tensor> }

/**
 * Groups with their parameters listed and checked.
 * @throws {RungsError} with PyTorch's texts: no parameters, something that is no tensor, a tensor given twice.
 * @throws {AutogradError} for a tensor that an operation made.
 */
export function listGroups<O>(
  optimizer: string,
  params: Params<O>,
): { readonly params: Tensor[]; readonly options: Partial<O> }[] {
  if (params instanceof Tensor || typeof params?.[Symbol.iterator] !== 'function') {
    throw new RungsError(
      'params argument given to the optimizer should be an iterable of Tensors or groups, but got ' +
        `${nameOf(params)}: write new ${optimizer}(model.parameters(), …) or new ${optimizer}([tensor], …)`,
    )
  }
  const given = [...params]
  if (given.length === 0) throw new RungsError(`optimizer got an empty parameter list: new ${optimizer}([])`)
  const grouped = given.filter(isGroup)
  if (grouped.length === 0) return [{ params: given as Tensor[], options: {} }]
  if (grouped.length < given.length) throw new RungsError(`${optimizer}: give tensors, or groups { params }, not both`)
  return grouped.map(({ params: own, ...options }) => ({ params: [...own], options: options as Partial<O> }))
}

/** @throws as `listGroups`; `taken` are the parameters of other groups. */
export function checkParams(params: readonly Tensor[], taken: ReadonlySet<Tensor>): void {
  params.forEach((param, i) => {
    if (!(param instanceof Tensor)) {
      throw new RungsError(
        `optimizer can only optimize Tensors, but one of the params is ${nameOf(param)} (number ${i})`,
      )
    }
    if (!param.isLeaf) {
      throw new AutogradError(
        `can't optimize a non-leaf Tensor: parameter ${i} of shape [${param.shape.join(', ')}] was made by an operation; ` +
          'optimise what it was made from, or detach() it',
      )
    }
    if (taken.has(param))
      throw new RungsError(`some parameters appear in more than one parameter group: parameter ${i}`)
    if (params.indexOf(param) < i) {
      throw new RungsError(`optimizer contains a parameter group with duplicate parameters: number ${i} came before`)
    }
  })
}

const isGroup = <O>(value: Tensor | ParamOptions<O>): value is ParamOptions<O> =>
  typeof value === 'object' && value !== null && !(value instanceof Tensor) && 'params' in value

const nameOf = (value: unknown): string =>
  typeof value === 'object' && value !== null ? value.constructor.name : `${typeof value} ${String(value)}`
