import type { Machine } from '../lib/machine.ts'
import { significant, table } from '../lib/report.ts'

/** What the programs have reached on one machine, each when it ran last; the only thing that `docs/learning.md` is made from. */
export interface Report {
  readonly digits?: DigitsReport
  readonly characters?: CharactersReport
}

/** Where and how a program ran. */
export interface Run {
  readonly machine: Machine
  /** What the device says it is. */
  readonly device: string
}

export interface DigitsReport extends Run {
  readonly parameters: number
  readonly epochs: number
  readonly runs: readonly DigitsRun[]
}

export interface DigitsRun {
  readonly seed: number
  /** Mean over the last pass, in nats. */
  readonly loss: number
  /** The fraction of held-out images that the network reads right after the last pass. */
  readonly accuracy: number
  readonly heldOut: number
  readonly took: Took
}

/** Seconds of training. */
export interface Took {
  readonly wall: number
  /** Of all cores, whoever else wanted them. */
  readonly cpu: number
}

export interface CharactersReport extends Run {
  readonly parameters: number
  readonly steps: number
  readonly seed: number
  /** Characters that one step learns from. */
  readonly charactersOfAStep: number
  readonly trainingCharacters: number
  readonly heldOutCharacters: number
  /** Nats a character of the held-out part: models that count, by how many characters they count together. */
  readonly counting: Readonly<Record<'1' | '2' | '3', number>>
  /** The same of the transformer. */
  readonly heldOut: number
  /** Its mean losses on what it learned from, on the way. */
  readonly training: readonly { readonly step: number; readonly loss: number }[]
  readonly took: Took
  /** What it writes. */
  readonly text: string
}

export const markdown = ({ digits, characters }: Report): string =>
  [...(digits ? digitsPart(digits) : []), ...(characters ? charactersPart(characters) : [])].join('\n\n')

function digitsPart({ parameters, epochs, runs, ...run }: DigitsReport): string[] {
  return [
    '## Handwritten digits',
    'Images of 8×8 pixels: 1,437 to learn from, 360 held out ([data](../apps/learning/data/digits/README.md)). ' +
      `A network of two convolutions and one layer, ${thousands(parameters)} parameters ` +
      '([digitNet.ts](../apps/learning/src/digitNet.ts)); every image is turned, scaled and moved at random each time it is ' +
      `seen; ${epochs} passes ([trainDigits.ts](../apps/learning/src/trainDigits.ts)). These are all the seeds that were ` +
      'tried, each scored after its last pass; none was chosen. Passes, learning rate and width were, by what earlier runs made ' +
      'of the held-out images: digits of yet other people may come out a little lower.',
    ranOn(run),
    table(
      ['seed', 'read right', 'held out', 'training loss', 'time', 'time of all cores'],
      runs.map(({ seed, accuracy, heldOut, loss, took }) => [
        String(seed),
        `${Math.round(accuracy * heldOut)} of ${heldOut}`,
        percent(accuracy),
        loss.toFixed(3),
        seconds(took.wall),
        seconds(took.cpu),
      ]),
    ),
  ]
}

function charactersPart(report: CharactersReport): string[] {
  const { parameters, steps, seed, counting, heldOut, training, text, ...rest } = report
  const row = (name: string, loss: number): string[] => [name, loss.toFixed(3), (loss / Math.LN2).toFixed(3)]
  return [
    '## Characters of a novel',
    `The first thirty chapters of Moby-Dick ([data](../apps/learning/data/moby-dick/README.md)): ` +
      `${thousands(rest.trainingCharacters)} characters to learn from, the last ${thousands(rest.heldOutCharacters)} held ` +
      `out. A transformer of ${thousands(parameters)} parameters ` +
      `([characterModel.ts](../apps/learning/src/characterModel.ts)); ${thousands(steps)} steps of ` +
      `${thousands(rest.charactersOfAStep)} characters, seed ${seed} ` +
      '([trainCharacters.ts](../apps/learning/src/trainCharacters.ts)). Beside it, models that count in the same part which ' +
      'characters follow which, one added to every count ([ngram.ts](../apps/learning/src/ngram.ts)).',
    ranOn(report),
    table(
      ['held-out loss', 'nats a character', 'bits a character'],
      [
        row('counts of characters', counting[1]),
        row('counts of pairs', counting[2]),
        row('counts of threes', counting[3]),
        row('transformer', heldOut),
      ],
    ),
    `The transformer is ${(counting[3] - heldOut).toFixed(3)} nats below the counts of threes, after ` +
      `${seconds(rest.took.wall)} of training (${seconds(rest.took.cpu)} of all cores). Its loss on the way, on what it learned from:`,
    table(
      ['step', ...training.map(({ step }) => thousands(step))],
      [['nats a character', ...training.map(({ loss }) => loss.toFixed(3))]],
    ),
    'What it writes:',
    text
      .trim()
      .split('\n')
      .map((line) => `> ${line}`.trimEnd())
      .join('\n'),
  ]
}

const ranOn = ({ machine, device }: Run): string =>
  `Ran on ${machine.name}, ${machine.system}, Node ${machine.node}, ${machine.date}: ${device}. Load average before: ` +
  `${machine.loadBefore}.`

const thousands = (count: number): string => count.toLocaleString('en')

const seconds = (count: number): string => `${significant(count, 3)} s`

const percent = (fraction: number): string => `${(fraction * 100).toFixed(2)} %`
