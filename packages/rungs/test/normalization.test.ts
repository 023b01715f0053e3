import * as r from '../src/index.ts'
import { nn } from '../src/index.ts'
import { comparePasses, type Row, row } from './passes.ts'

const training = { training: true } as const
const transformer = { dimFeedforward: 40, dropout: 0.1, batchFirst: true } as const

/** Sizes that no tile divides. */
const rows: readonly Row[] = [
  row(
    'layerNorm',
    [[5, 33, 18], [18], [18]],
    () => (x, weight, bias) => r.layerNorm(x!, [18], { weight: weight!, bias: bias! }),
  ),
  row('layerNorm without weights, over two dims', [[7, 9, 5]], () => (x) => r.layerNorm(x!, [9, 5])),
  row('rmsNorm', [[5, 33, 18], [18]], () => (x, weight) => r.rmsNorm(x!, [18], { weight: weight! })),
  row(
    'groupNorm',
    [[3, 6, 5, 7], [6], [6]],
    () => (x, weight, bias) => r.groupNorm(x!, 2, { weight: weight!, bias: bias! }),
  ),
  row(
    'batchNorm',
    [[65, 11], [11], [11]],
    () => (x, weight, bias) => r.batchNorm(x!, null, null, { ...training, weight: weight!, bias: bias! }),
  ),
  row('dropout', [[3, 1003]], () => (x) => r.dropout(x!, { p: 0.3 })),
  row('featureDropout', [[5, 7, 3, 2]], () => (x) => r.featureDropout(x!)),
  row(
    'attention, causal',
    [
      [2, 3, 17, 5],
      [2, 3, 17, 5],
      [2, 3, 17, 7],
    ],
    () => (q, k, v) => r.scaledDotProductAttention(q!, k!, v!, { isCausal: true }),
  ),
  row(
    'attention with an added mask, dropped',
    [
      [3, 9, 6],
      [3, 13, 6],
      [13, 4],
      [9, 13],
    ],
    () => (q, k, v, attnMask) => r.scaledDotProductAttention(q!, k!, v!, { attnMask: attnMask!, dropoutP: 0.2 }),
  ),
  row(
    'attention with a row that sees nothing',
    [
      [2, 5, 6],
      [2, 9, 6],
      [2, 9, 4],
    ],
    () => (q, k, v) =>
      r.scaledDotProductAttention(q!, k!, v!, {
        attnMask: r.arange(5, undefined, undefined, { device: q!.device }).ne(2).unsqueeze(1),
      }),
  ),
  row('BatchNorm1d', [[9, 5, 11]], () => new nn.BatchNorm1d(5)),
  row('BatchNorm2d, cumulative', [[3, 5, 7, 4]], () => new nn.BatchNorm2d(5, { momentum: null })),
  row('BatchNorm2d, evaluating', [[1, 5, 7, 4]], () => new nn.BatchNorm2d(5).eval()),
  row(
    'MultiheadAttention',
    [
      [17, 2, 12],
      [9, 2, 12],
      [9, 2, 12],
    ],
    () => new nn.MultiheadAttention(12, 3, { addBiasKv: true }),
  ),
  row('TransformerEncoderLayer', [[2, 17, 20]], () => new nn.TransformerEncoderLayer(20, 4, transformer)),
  row(
    'TransformerDecoderLayer',
    [
      [2, 9, 20],
      [2, 17, 20],
    ],
    () => new nn.TransformerDecoderLayer(20, 4, { ...transformer, normFirst: true, activation: 'gelu' }),
  ),
]

comparePasses(rows)
