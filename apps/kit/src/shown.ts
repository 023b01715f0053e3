import { host, nextId } from './host.ts'
import type { Item } from './item.ts'

/** An item without its id. */
export type Body = Item extends infer I ? (I extends Item ? Omit<I, 'id'> : never) : never

/** Something that is shown and can change. */
export interface Shown<Data> {
  /** Shows other data in its place. */
  update(data: Data): void
}

/** Shows what `draw` makes of the data, and again at every update. */
export function shown<Data>(data: Data, draw: (data: Data) => Body): Shown<Data> {
  const id = nextId()
  const update = (fresh: Data): void => host().show({ ...draw(fresh), id } as Item)
  update(data)
  return { update }
}
