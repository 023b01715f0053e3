import { dropout, ones, type Tensor, tensor } from '@rungs/autograd'
import { describe, expect, test } from 'vitest'
import { Linear, Module, ModuleDict, ModuleList, ReLU, Sequential, Tanh } from '../src/index.ts'
import { thrown, values } from './support.ts'

const names = (module: Module): string[] => module.namedParameters().map(([name]) => name)
const unit = (): Linear => new Linear(1, 1, { bias: false })

class Net extends Module {
  layers = new ModuleList([unit(), unit()])
  heads = new ModuleDict({ leftHead: unit(), right: unit() })
  forward(x: Tensor): Tensor {
    let out = x
    for (const layer of this.layers) out = layer.forward(out)
    return this.heads.get('right')!.forward(out)
  }
}

describe('Sequential', () => {
  test('takes whatever has a forward', () => {
    const model = new Sequential(unit(), { forward: (x) => x.mul(2).add(1) })
    model.getParameter('0.weight').data.fill_(3)
    expect(values(model.forward(tensor([[1]])))).toEqual([7])
    expect(model.parameters()).toHaveLength(1)
  })

  test('is reached from both ends, sliced, and changed as an array is', () => {
    const [first, second, third] = [new ReLU(), new Tanh(), unit()]
    const model = new Sequential(first, second)
    expect([model.at(-1), model.at(0), model.at(5)]).toEqual([second, first, undefined])
    model.append(third)
    expect(model.length).toBe(3)
    expect([...model.slice(1)]).toEqual([second, third])
    expect(model.slice(0, -1)).toBeInstanceOf(Sequential)
    expect(model.splice(0, 2)).toEqual([first, second])
    expect([model[0], model[1], names(model)]).toEqual([third, undefined, ['0.weight']])
    model.splice(0, 0, first)
    expect([...model]).toEqual([first, third])
  })

  test('refuses what has none, and stays as it was', () => {
    const model = new Sequential(new ReLU())
    expect(thrown(() => model.append(new Tanh(), 3 as never)).message).toBe('Sequential: layer 2 is not a Module: 3')
    expect(model.length).toBe(1)
  })
})

describe('ModuleList and ModuleDict', () => {
  test('hold modules under PyTorch’s names, keys as they are', () => {
    const net = new Net()
    expect(names(net)).toEqual(['layers.0.weight', 'layers.1.weight', 'heads.leftHead.weight', 'heads.right.weight'])
    expect(net.forward(ones([2, 1])).shape).toEqual([2, 1])
    expect(names(net.heads)).toEqual(['leftHead.weight', 'right.weight'])
    expect(net.namedModules().map(([name]) => name)).toContain('heads')
    expect(net.eval().heads.get('right')!.training).toBe(false)
    const other = new Net()
    other.loadStateDict(net.stateDict())
    expect(values(other.getParameter('heads.leftHead.weight'))).toEqual(values(net.heads.get('leftHead')!.weight))
  })

  test('print as PyTorch’s', () => {
    const line = 'Linear(in_features=1, out_features=1, bias=False)'
    expect(String(new Net())).toBe(
      [
        'Net(',
        '  (layers): ModuleList(',
        `    (0): ${line}`,
        `    (1): ${line}`,
        '  )',
        '  (heads): ModuleDict(',
        `    (leftHead): ${line}`,
        `    (right): ${line}`,
        '  )',
        ')',
      ].join('\n'),
    )
  })

  test('are read and changed as lists and Maps are', () => {
    const [a, b] = [unit(), unit()]
    const dict = new ModuleDict([['a', a]] as const)
    expect([dict.set('b', b).size, dict.has('b'), dict.delete('a'), [...dict.keys()], [...dict.values()]]).toEqual([
      ...[2, true, true, ['b'], [b]],
    ])
    expect([...dict]).toEqual([['b', b]])
    const list = new ModuleList([a]).append(b)
    expect([list[1], list.at(-2), list.length, [...list]]).toEqual([b, a, 2, [a, b]])
  })

  test('refuse what is no module, names with dots, and to be called', () => {
    const rows: readonly (readonly [call: () => unknown, message: string])[] = [
      [
        () => new Sequential([new Linear(1, 1)] as never),
        'Sequential: layer 0 is not a Module: an array; spread it, ...layers',
      ],
      [
        () => new Sequential(new Linear(1, 1), dropout as never),
        'Sequential: layer 1 is not a Module: the function dropout; there are layers, such as new ReLU()',
      ],
      [() => new ModuleList([1] as never), 'ModuleList: layer 0 is not a Module: 1'],
      [() => new ModuleDict({ a: 1 } as never), 'ModuleDict: a is not a Module: 1'],
      [() => new ModuleDict({ 'a.b': unit() }), 'ModuleDict: a name has letters and no ".", got "a.b"'],
      [() => new ModuleDict({ '': unit() }), 'ModuleDict: a name has letters and no ".", got ""'],
      [
        () => new ModuleList().forward(),
        'Module [ModuleList] is missing the required "forward" function: call its modules',
      ],
      [
        () => new ModuleDict().forward(),
        'Module [ModuleDict] is missing the required "forward" function: call its modules',
      ],
    ]
    for (const [call, message] of rows) expect(thrown(call).message).toBe(message)
  })
})
