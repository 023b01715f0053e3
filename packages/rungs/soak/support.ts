import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { type Device, type MemoryUsage, manualSeed, memory, nn, optim, randn, type Tensor, turn } from '../src/index.ts'

setFlagsFromString('--expose-gc')
const gc = runInNewContext('gc') as () => void

export const STEPS = 10_000
export const MEGABYTE = 2 ** 20

/** A small network with Adam on a device. A step leaves 100 kB of arrays to the collector: keeping them would take 1 GB. */
export function training(device: Device): () => Tensor {
  manualSeed(0)
  const [x, y] = [randn([64, 256], { device }), randn([64, 8], { device })]
  const model = new nn.Sequential(new nn.Linear(256, 64), new nn.ReLU(), new nn.Linear(64, 8)).to(device)
  const optimizer = new optim.Adam(model.parameters())
  return () => {
    const loss = nn.functional.mseLoss(model.forward(x), y)
    optimizer.zeroGrad()
    loss.backward()
    optimizer.step()
    return loss
  }
}

/** What arrays take on a device once the engine has collected and the event loop has turned, once. */
export async function settled(device: Device): Promise<MemoryUsage> {
  gc()
  await turn()
  return memory(device)
}

/** Watches the most memory that the process takes above what it takes now. */
export function watchProcess(): () => number {
  const before = process.memoryUsage.rss()
  let largest = before
  return () => {
    largest = Math.max(largest, process.memoryUsage.rss())
    return (largest - before) / MEGABYTE
  }
}
