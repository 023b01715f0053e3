import * as r from '../src/index.ts'
import { type Device, nn, type Tensor } from '../src/index.ts'
import { comparePasses, type Row, row } from './passes.ts'

const words = (device: Device): Tensor => r.randint(0, 19, [9, 7], { generator: r.torchRng(1) }).to(device)

/** Sizes that no tile divides. */
const rows: readonly Row[] = [
  row('RNN', [[11, 5, 7]], () => new nn.RNN(7, 9, { nonlinearity: 'relu', numLayers: 2 })),
  row('LSTM, both ways', [[11, 5, 7]], () => new nn.LSTM(7, 9, { bidirectional: true, numLayers: 2 })),
  row('GRU, batch first', [[5, 11, 7]], () => new nn.GRU(7, 9, { batchFirst: true })),
  row(
    'LSTMCell',
    [
      [65, 7],
      [65, 9],
      [65, 9],
    ],
    () => {
      const cell = new nn.LSTMCell(7, 9, { device: r.cpu })
      return (x, h, c) => cell.to(x!.device).forward(x!, [h!, c!])[1]
    },
  ),
  row('embedding', [[19, 5]], () => (weight) => r.embedding(words(weight!.device), weight!, { paddingIdx: 3 })),
  row('embedding with a bound', [[19, 5]], () => (weight) => {
    const rows = weight!.mul(1)
    return r.embedding(words(weight!.device), rows.detach(), { maxNorm: 1.5 }).add(rows.sum())
  }),
  row(
    'crossEntropy',
    [[9, 19, 7], [19]],
    () => (x, weight) =>
      r
        .crossEntropy(x!, words(x!.device), {
          weight: weight!.detach().abs(),
          ignoreIndex: 4,
          labelSmoothing: 0.1,
        })
        .add(weight!.sum()),
  ),
  row('multiMarginLoss', [[63, 19]], () => (x) => r.multiMarginLoss(x!, words(x!.device).flatten(), { p: 2 })),
  row(
    'binaryCrossEntropyWithLogits',
    [[63, 5], [5]],
    () => (x, weight) =>
      r
        .binaryCrossEntropyWithLogits(x!, x!.detach().sigmoid(), { posWeight: weight!.detach().abs() })
        .add(weight!.sum()),
  ),
  row('cosineSimilarity', [[63, 5], [5]], () => (a, b) => r.cosineSimilarity(a!, b!)),
  row(
    'Bilinear',
    [
      [33, 7],
      [33, 5],
    ],
    () => new nn.Bilinear(7, 5, 9),
  ),
]

comparePasses(rows)
