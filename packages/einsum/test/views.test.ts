import { cpu, createCpuDevice, type Device, dtypes, type NDArray, ones, randn, type Shape } from '@rungs/ndarray'
import { describe, expect, test } from 'vitest'
import { einsum } from '../src/index.ts'

/** A device that writes down what it is asked to compute, and how much it allocates. */
function counting(): { device: Device; calls: string[]; elements: () => number } {
  const inner = createCpuDevice()
  const calls: string[] = []
  let elements = 0
  const device: Device = {
    ...inner,
    allocate: (dtype, size) => {
      elements += size
      return inner.allocate(dtype, size)
    },
    map: (...call) => {
      calls.push('map')
      inner.map(...call)
    },
    reduce: (...call) => {
      calls.push('reduce')
      inner.reduce(...call)
    },
    contract: (...call) => {
      calls.push('contract')
      inner.contract(...call)
    },
  }
  return {
    device,
    calls,
    elements: () => elements,
  }
}

/** The same elements behind reversed strides: no two axes of it merge. */
const scattered = (x: NDArray): NDArray => x.permute(x.shape.map((_, i) => x.ndim - 1 - i)).clone().T

describe('the kernels of an equation, and the elements that it allocates', () => {
  test.for<[equation: string, shapes: Shape[], calls: string[], elements: number]>([
    ['ij->ji', [[3, 4]], [], 0],
    ['ij->ij', [[3, 4]], [], 0],
    ['ii->i', [[5, 5]], [], 0],
    ['...iji->...ji', [[2, 5, 3, 5]], [], 0],
    ['ii', [[5, 5]], ['reduce'], 1],
    ['ij->j', [[3, 4]], ['reduce'], 4],
    ['ijj->i', [[3, 4, 4]], ['reduce'], 3],
    [
      'ik,kj->ij',
      [
        [3, 4],
        [4, 5],
      ],
      ['contract'],
      15,
    ],
    [
      'ki,jk->ji',
      [
        [4, 3],
        [5, 4],
      ],
      ['contract'],
      15,
    ],
    [
      'bij,bjk->bik',
      [
        [2, 3, 4],
        [2, 4, 5],
      ],
      ['contract'],
      30,
    ],
    [
      'bqhd,bkhd->bhqk',
      [
        [2, 3, 2, 4],
        [2, 5, 2, 4],
      ],
      ['contract'],
      60,
    ],
    [
      'bhqk,bkhd->bqhd',
      [
        [2, 2, 3, 5],
        [2, 5, 2, 4],
      ],
      ['contract'],
      48,
    ],
    // Four axes a group, in an order that merges none of them.
    [
      'abcdefgh,hgfeijkl->dlcbkaji',
      [
        [2, 1, 2, 3, 2, 2, 2, 2],
        [2, 2, 2, 2, 2, 3, 2, 2],
      ],
      ['contract'],
      288,
    ],
    [
      'iik,kjj->ij',
      [
        [3, 3, 4],
        [4, 5, 5],
      ],
      ['contract'],
      15,
    ],
    ['i,i->', [[4], [4]], ['contract'], 1],
    ['i,j->ij', [[3], [4]], ['map'], 12],
    [
      'ij,ij->ji',
      [
        [3, 4],
        [3, 4],
      ],
      ['map'],
      12,
    ],
    [
      'ijx,jy->i',
      [
        [3, 4, 2],
        [4, 5],
      ],
      ['reduce', 'reduce', 'contract'],
      12 + 4 + 3,
    ],
    [
      'ij,jk->ik',
      [
        [3, 1],
        [4, 5],
      ],
      ['reduce', 'map'],
      5 + 15,
    ],
    [
      'ab,bc,cd->ad',
      [
        [2, 3],
        [3, 4],
        [4, 5],
      ],
      ['contract', 'contract'],
      8 + 10,
    ],
    [
      'bn,anm,bm->ba',
      [
        [2, 5],
        [3, 5, 4],
        [2, 4],
      ],
      ['contract', 'contract'],
      24 + 6,
    ],
  ])('%s of %j: %j, %i', ([equation, shapes, calls, elements]) => {
    const { device, calls: made, elements: allocated } = counting()
    const operands = shapes.map((shape) => scattered(ones(shape, { device })))
    const before = allocated()
    made.length = 0
    einsum(equation, ...operands)
    expect(made.toSorted()).toEqual(calls.toSorted())
    expect(allocated() - before).toBe(elements)
  })
})

// Every array is larger than those that share slabs.
test.for<[equation: string, shapes: Shape[]]>([
  ['ij->ji', [[140, 140]]],
  ['iij->ij', [[140, 140, 40]]],
  ['ij,kj->ik', Array(2).fill([140, 140])],
  ['ij,jk->kji', Array(2).fill([140, 140])],
  ['ij,jk,kl->il', Array(3).fill([140, 140])],
  ['ij,jk,kl->li', Array(3).fill([140, 140])],
  [
    'iij,jkx->ki',
    [
      [140, 140, 40],
      [40, 140, 5],
    ],
  ],
])('%s holds on to nothing: what is disposed of is free', ([equation, shapes]) => {
  for (const dtype of ['float32', 'uint8'] as const) {
    const device = createCpuDevice()
    const operands = shapes.map((shape) => ones(shape, { device, dtype }))
    const before = device.usage.bytes
    const out = einsum<string, NDArray>(equation, ...operands)
    const isView = out.storage === operands[0]!.storage
    expect(device.usage.bytes - before).toBe(isView ? 0 : out.size * dtypes[out.dtype].bytes)
    out.dispose()
    for (const operand of operands) operand.dispose()
    expect(device.usage.bytes).toBe(0)
  }
})

test('a result that nothing was computed for is a view of its operand, and not the operand', () => {
  const x = randn([3, 3])
  for (const equation of ['ij->ij', 'ij->ji', 'ii->i']) {
    const y = einsum<string, NDArray>(equation, x)
    expect(y).not.toBe(x)
    expect(y.storage).toBe(x.storage)
  }
  einsum('ii->i', x).zero_()
  expect([x.at(0, 0), x.at(1, 1), x.at(2, 2)].map((y) => y.itemSync())).toEqual([0, 0, 0])
})

test('a product comes in the order of the output where its groups allow', () => {
  const [a, b] = [ones([3, 4], { device: cpu }), ones([4, 5], { device: cpu })]
  expect(einsum('ik,kj->ij', a, b).isContiguous).toBe(true)
  expect(einsum('ik,kj->ji', a, b).isContiguous).toBe(true)
  expect(einsum('i,j->ji', ones([3]), ones([4])).isContiguous).toBe(true)
})
