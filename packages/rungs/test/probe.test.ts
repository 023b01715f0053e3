import { test } from 'vitest'
import * as r from '../src/index.ts'
test('p', () => {
  const t = (f: () => unknown) => { try { console.log(String(f())) } catch (e) { console.log((e as Error).name, (e as Error).message) } }
  t(() => r.tensor([1.2172e-8, 0, 7.1241e-9]))
  t(() => r.tensor([1.2172e-8, 0, 7.1241e-9]).toString({ precision: 4 }))
  t(() => r.tensor([NaN]))
  t(() => r.arange(1001))
  t(() => r.ones({ size: [2, 3] } as any))
  t(() => r.ones([1], { device: 'cuda:0' as any }))
  t(() => r.tensor([false, true]))
  t(() => r.tensor([1, 2, 3]).lt(2).all())
  t(() => r.tensor(9.666667))
  t(() => r.tensor([1,2,3]).storage)
  t(() => r.tensor([1,2,3]).shape)
  t(() => r.tensor([1,2,3]).expand([-1, 3]))
  t(() => r.tensor([1,2,3]).expand([3, 3]).add_(1))
  t(() => r.tensor([1,2,3]).dot(r.tensor([1,2,3])))
  class M extends r.nn.Module { constructor() { (this as any).w = 1; super() } forward(x: any) { return x } }
  t(() => new M())
  t(() => { const l = r.ones([2]).requiresGrad_().sum() as any; l.loss_backward() })
})
