import { maxPool2d, nn, relu, type Tensor } from 'rungs'

/** Two convolutions find strokes and parts of digits; one layer reads from these which digit it is. */
export class DigitNet extends nn.Module {
  static override typeName = 'DigitNet'
  strokes = new nn.Conv2d(1, 32, 3, { padding: 1 })
  parts = new nn.Conv2d(32, 64, 3, { padding: 1 })
  dropout = new nn.Dropout(0.4)
  digit = new nn.Linear(64 * 4 * 4, 10)

  /** Images (N, 1, 8, 8) to scores (N, 10). */
  forward(images: Tensor): Tensor {
    const strokes = relu(this.strokes.forward(images))
    const parts = maxPool2d(relu(this.parts.forward(strokes)), 2)
    return this.digit.forward(this.dropout.forward(parts.flatten(1)))
  }
}
