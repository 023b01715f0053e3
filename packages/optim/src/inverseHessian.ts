import type { Tensor } from '@rungs/autograd'
import { read } from './flat.ts'

/** What is remembered of the way so far. */
export interface History {
  readonly nUpdates: Tensor
  readonly d: Tensor
  readonly t: Tensor
  readonly prevFlatGrad: Tensor
  readonly oldDirs: Tensor
  readonly oldStps: Tensor
  readonly ro: Tensor
  readonly hDiag: Tensor
}

/** Take the latest step into the history, where the loss curves upwards along it. */
export async function remember(history: History, gradient: Tensor): Promise<void> {
  const { nUpdates, d, t, prevFlatGrad, oldDirs, oldStps, ro, hDiag } = history
  const change = gradient.sub(prevFlatGrad)
  const step = d.mul(t.itemSync())
  const [product, square] = await read(change.dot(step), change.dot(change))
  if (!(product > 1e-10)) return
  const row = nUpdates.itemSync() % oldDirs.shape[0]!
  oldDirs.select(0, row).copy_(change)
  oldStps.select(0, row).copy_(step)
  ro.select(0, row).fill_(1 / product)
  hDiag.fill_(product / square)
  nUpdates.add_(1)
}

/** `-H · gradient` by the two-loop recursion: newest change first, then oldest first. */
export function directionOf(history: History, gradient: Tensor): Tensor {
  const { nUpdates, oldDirs, oldStps, ro, hDiag } = history
  const [updates, size, products] = [nUpdates.itemSync(), oldDirs.shape[0]!, ro.toTypedArraySync()]
  const newestFirst = Array.from({ length: Math.min(updates, size) }, (_, i) => (updates - 1 - i) % size).map(
    (row) => ({
      change: oldDirs.select(0, row),
      step: oldStps.select(0, row),
      ro: products[row]!,
    }),
  )
  let direction = gradient.neg()
  const shares = newestFirst.map(({ change, step, ro }) => {
    const share = step.dot(direction).mul(ro)
    direction = direction.sub(change.mul(share))
    return share
  })
  direction = direction.mul(hDiag.itemSync())
  for (const [i, { change, step, ro }] of [...newestFirst.entries()].reverse()) {
    direction = direction.add(step.mul(shares[i]!.sub(change.dot(direction).mul(ro))))
  }
  return direction
}
