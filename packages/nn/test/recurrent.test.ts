import { manualSeed, ones, randn, setWarnings, type Tensor, zeros } from '@rungs/autograd'
import { describe, expect, test } from 'vitest'
import { GRU, GRUCell, LSTM, LSTMCell, RNN, RNNCell } from '../src/index.ts'
import { thrown, values } from './support.ts'

test('parameters are reached by name, as fields', () => {
  const lstm = new LSTM(2, 3, { numLayers: 2, bidirectional: true })
  expect(lstm.weightIhL1Reverse!.shape).toEqual([12, 6])
  expect(lstm.biasHhL0!.shape).toEqual([12])
  expect(lstm.getParameter('weight_hh_l1_reverse')).toBe(lstm.weightHhL1Reverse)
  expect(
    lstm
      .namedParameters()
      .map(([name]) => name)
      .slice(0, 6),
  ).toEqual([
    ...['weight_ih_l0', 'weight_hh_l0', 'bias_ih_l0', 'bias_hh_l0', 'weight_ih_l0_reverse', 'weight_hh_l0_reverse'],
  ])
})

test('a sequence is its cell, step by step', () => {
  manualSeed(5)
  const [lstm, cell] = [new LSTM(2, 3), new LSTMCell(2, 3)]
  cell.loadStateDict(Object.fromEntries(Object.entries(lstm.stateDict()).map(([name, x]) => [name.slice(0, -3), x])))
  const x = randn([4, 2, 2])
  let states: [Tensor, Tensor] = [zeros([2, 3]), zeros([2, 3])]
  for (let t = 0; t < 4; t++) states = cell.forward(x.select(0, t), states)
  const [output, [h, c]] = lstm.forward(x)
  expect(values(h)).toEqual(values(states[0].unsqueeze(0)))
  expect(values(c)).toEqual(values(states[1].unsqueeze(0)))
  expect(values(output.select(0, -1))).toEqual(values(h))
})

test('dropout stands between layers, while training alone', () => {
  manualSeed(0)
  const gru = new GRU(3, 4, { numLayers: 2, dropout: 0.5 })
  const x = ones([3, 2, 3])
  const run = (): number[] => values(gru.forward(x)[0])
  expect(run()).not.toEqual(run())
  gru.eval()
  expect(run()).toEqual(run())
  const shown: string[] = []
  setWarnings((text) => shown.push(text))
  expect(new GRU(3, 4, { dropout: 0.5 }).dropout).toBe(0.5)
  setWarnings('default')
  expect(shown).toEqual([expect.stringMatching(/^dropout option adds dropout after all but last recurrent layer/)])
})

test('weights may be frozen one by one', () => {
  const rnn = new RNN(2, 2)
  rnn.weightHhL0!.requiresGrad_(false)
  rnn
    .forward(ones([2, 1, 2]))[0]
    .sum()
    .backward()
  expect(rnn.weightHhL0!.grad).toBeNull()
  expect(rnn.weightIhL0!.grad).not.toBeNull()
})

describe('bad input is named', () => {
  const [lstm, gru, cell] = [new LSTM(4, 3), new GRU(4, 3, { batchFirst: true }), new RNNCell(4, 3)]
  const rows: readonly (readonly [name: string, call: () => unknown, message: RegExp])[] = [
    ['a width of 0', () => new LSTM(4, 0), /^LSTM: hiddenSize must be a positive integer, got 0/],
    ['no layers', () => new GRU(4, 3, { numLayers: 0 }), /^GRU: numLayers must be a positive integer, got 0/],
    [
      'an option of Python',
      () => new RNN(4, 3, { num_layers: 2 } as object),
      /^RNN\(\) got an unexpected .* write numLayers/,
    ],
    [
      'a dropout of 2',
      () => new RNN(4, 3, { numLayers: 2, dropout: 2 }),
      /^dropout probability has to be between 0 and 1/,
    ],
    ['a nonlinearity', () => new RNN(4, 3, { nonlinearity: 'gelu' as 'relu' }), /^Unknown nonlinearity 'gelu'/],
    ['a vector', () => lstm.forward(ones([4])), /^LSTM: Expected input to be 2-D or 3-D but received 1-D tensor/],
    [
      'another width',
      () => lstm.forward(ones([2, 1, 5])),
      /^input\.size\(-1\) must be equal to input_size\. Expected 4, got 5/,
    ],
    ['no steps', () => lstm.forward(ones([0, 1, 4])), /^Expected sequence length to be larger than 0 in RNN/],
    [
      'no steps, batch first',
      () => gru.forward(ones([1, 0, 4])),
      /^Expected sequence length to be larger than 0 in RNN/,
    ],
    [
      'another batch',
      () => gru.forward(ones([2, 5, 4]), ones([1, 3, 3])),
      /^Expected hidden size \(1, 2, 3\), got \(1, 3, 3\)/,
    ],
    [
      'another cell state',
      () => lstm.forward(ones([2, 1, 4]), [ones([1, 1, 3]), ones([1, 1, 4])]),
      /^Expected hidden\[1\] size \(1, 1, 3\), got \(1, 1, 4\)/,
    ],
    [
      'a state without batch',
      () => gru.forward(ones([1, 2, 4]), ones([1, 3])),
      /^For batched 3-D input, hx should also be 3-D but got 2-D/,
    ],
    [
      'a batch of states',
      () => gru.forward(ones([2, 4]), ones([1, 1, 3])),
      /^For unbatched 2-D input, hx should also be 2-D but got 3-D/,
    ],
    [
      'one state of two',
      () => lstm.forward(ones([2, 1, 4]), ones([1, 1, 3]) as never),
      /^LSTM: the states are two, \[h, c\]; got one/,
    ],
    [
      'a cube in a cell',
      () => cell.forward(ones([1, 1, 4])),
      /^RNNCell: Expected input to be 1-D or 2-D but received 3-D/,
    ],
    [
      'another width in a cell',
      () => cell.forward(ones([1, 5])),
      /^input has inconsistent input_size: got 5 expected 4/,
    ],
    [
      'another state in a cell',
      () => cell.forward(ones([1, 4]), ones([1, 4])),
      /^hidden0 has inconsistent hidden_size: got 4, expected 3/,
    ],
    [
      'another batch in a cell',
      () => cell.forward(ones([1, 4]), ones([2, 3])),
      /^Input batch size 1 doesn't match hidden0 of \(2, 3\)/,
    ],
    [
      'three states',
      () => new LSTMCell(4, 3).forward(ones([4]), [1, 2, 3] as never),
      /^LSTMCell: the states are two, \[h, c\]; got 3/,
    ],
    ['no tensor', () => new GRUCell(4, 3).forward(1 as never), /^GRUCell: the input must be a Tensor, got 1/],
  ]
  test.for(rows)('%s', ([, call, message]) => {
    expect(thrown(call).message).toMatch(message)
  })
})
