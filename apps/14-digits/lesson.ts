// Lesson 14. Can it read your handwriting?
import { batches, loadDigits, randomAffine } from '@rungs/learning'
import { readFile } from '@rungs/learning/files'
import { heatMap, histogram, images, lines, progress } from '@rungs/lesson'
import { crossEntropy, maxPool2d, nn, noGrad, optim, relu, type Tensor } from 'rungs'

// 1,797 digits that 13 people wrote, 8 by 8 pixels each. The network learns from 1,437, and never
// from the other 360.
const { train, heldOut } = await loadDigits(readFile)
const some = train.images.slice(0, 0, 10).reshape([10, 64])
const shown = (await some.toArray()) as number[][]
const names = (await train.labels.slice(0, 0, 10).toArray()) as number[]
images(
  shown.map((pixels, i) => ({ pixels, caption: String(names[i]) })),
  { title: 'What it gets', range: [0, 1] },
)

// A convolution looks at 3 by 3 pixels at a time, everywhere with the same weights: a stroke is a
// stroke wherever it is.
class DigitNet extends nn.Module {
  static override typeName = 'DigitNet'
  strokes = new nn.Conv2d(1, 8, 3, { padding: 1 })
  parts = new nn.Conv2d(8, 16, 3, { padding: 1 })
  digit = new nn.Linear(16 * 4 * 4, 10)

  /** Images (N, 1, 8, 8) to scores (N, 10). */
  forward(x: Tensor): Tensor {
    const strokes = relu(this.strokes.forward(x)) // (N, 8, 8, 8)
    const parts = maxPool2d(relu(this.parts.forward(strokes)), 2) // (N, 16, 4, 4)
    return this.digit.forward(parts.flatten(1))
  }
}
const model = new DigitNet()
const parameters = model.parameters().reduce((sum, { size }) => sum + size, 0)
console.log(`${model}\nTogether ${parameters.toLocaleString('en')} numbers.`)

// The right digit is not a number to come near to. crossEntropy asks only how probable the network
// thought it.
const epochs = 12
const optimizer = new optim.AdamW(model.parameters(), { lr: 0.01 })
const stepsPerEpoch = Math.ceil(train.images.shape[0] / 64)
const schedule = new optim.OneCycleLR(optimizer, { maxLr: 0.01, epochs, stepsPerEpoch })
const losses: number[] = []
export const accuracies: Record<string, number[]> = { train: [], 'held out': [] }
const curve = lines(
  { loss: losses },
  { title: 'Cross entropy, mean of an epoch', x: 'epoch', logY: true },
)
const bar = progress(epochs)
for (const _ of bar) {
  const seen: Tensor[] = []
  for (const [x, y] of batches([train.images, train.labels], { batchSize: 64 })) {
    // Every image a little turned, scaled and moved, and each time otherwise: there are more hands
    // than these 13.
    const moved = randomAffine(x, { degrees: 10, scale: 0.1, shift: 0.5 })
    const loss = crossEntropy(model.forward(moved), y)
    optimizer.zeroGrad()
    loss.backward()
    optimizer.step()
    schedule.step()
    seen.push(loss.detach())
  }
  const values = await Promise.all(seen.map((loss) => loss.item()))
  losses.push(values.reduce((sum, value) => sum + value) / values.length)
  curve.update({ loss: losses })
  accuracies.train.push(await accuracy(train.images, train.labels))
  accuracies['held out'].push(await accuracy(heldOut.images, heldOut.labels))
  bar.note(
    `loss ${losses.at(-1)!.toPrecision(3)}, right ${percent(accuracies['held out'].at(-1)!)}`,
  )
}
lines(accuracies, { title: 'How many it reads right', x: 'epoch' })
// Try: randomAffine(x, {}), which leaves the images alone. Look at both curves: what has it learned
// then?

// What does it take for what? Rows are what was written, columns what was read; the diagonal is
// right.
const scores = noGrad(() => model.forward(heldOut.images))
const written = (await heldOut.labels.toArray()) as number[]
const read = (await scores.argmax(1).toArray()) as number[]
export const confusion = Array.from({ length: 10 }, () => new Array<number>(10).fill(0))
for (const [i, digit] of written.entries()) confusion[digit][read[i]]++
export const right = written.filter((digit, i) => digit === read[i]).length
console.log(
  `Of ${written.length} digits that it had never seen it reads ${right} right: ` +
    `${percent(right / written.length)}.`,
)
heatMap(confusion, { title: 'Written (down) and read (across)' })

// And which ones does it get wrong? Would you have known?
const wrong = written.flatMap((digit, i) => (digit === read[i] ? [] : [i])).slice(0, 12)
const pictures = (await heldOut.images.reshape([-1, 64]).toArray()) as number[][]
const mistakes = wrong.map((i) => ({
  pixels: pictures[i],
  caption: `${written[i]}, read as ${read[i]}`,
}))
if (mistakes.length > 0) images(mistakes, { title: 'What it gets wrong', range: [0, 1] })

// It says how sure it is. Is it less sure where it is wrong?
const sure = (await scores.softmax(1).amax(1).toArray()) as number[]
const where = (isRight: boolean) => sure.filter((_, i) => (written[i] === read[i]) === isRight)
histogram(
  { 'where right': where(true), 'where wrong': where(false) },
  { title: 'How sure it is', range: [0, 1], bins: 40 },
)

// What has the first layer found? Each of its filters is 3 by 3 numbers.
const filters = (await model.strokes.weight.detach().reshape([8, 9]).toArray()) as number[][]
images(
  filters.map((pixels, i) => ({ pixels, caption: String(i) })),
  { title: 'Eight filters', width: 3 },
)

async function accuracy(x: Tensor, labels: Tensor): Promise<number> {
  return noGrad(() => model.forward(x).argmax(1).eq(labels).float().mean()).item()
}
function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}
