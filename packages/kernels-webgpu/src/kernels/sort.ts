import { type DType, Layout } from '@rungs/ndarray'
import { COMMON_WORDS } from '../encoder.ts'
import type { Pipeline } from '../pipelines.ts'
import { KEPT_KERNELS, Recent } from '../recent.ts'
import type { KernelText } from '../wgsl/kernel.ts'
import { MAP_WORKGROUP } from '../wgsl/map.ts'
import {
  ALONE_WORKGROUP,
  countAloneText,
  countTogetherText,
  placeAloneText,
  placeTogetherText,
  TEAM_BLOCK,
} from '../wgsl/radix.ts'
import {
  gatherSortedText,
  insertionText,
  keyBits,
  keysText,
  RANKED_KEYS,
  rankText,
  type SortForm,
  sortedAs,
} from '../wgsl/sort.ts'
import { bufferOf, Call, type Machine, type Placed, placed, writeSpace } from './call.ts'
import { passOn } from './reduce.ts'
import { linesLayout, type ScanKernels } from './scan.ts'
import { workOf } from './work.ts'

/** A thread sorts rows up to this length by insertion. */
const LONGEST_INSERTION = 32
/** Keys that a thread's block has at least, and from how many on it counts digits of eight bits instead of four. */
const LEAST_BLOCK = 256
const WIDE_DIGITS_FROM = 1024

const OPERANDS = ['values', 'indices', 'input']
/** Memory that kernels of one sort hand on, by its name in their text. */
type Working = { readonly [name: string]: Placed }

/** Stable sorts of one device. */
export class SortKernels {
  private readonly call = new Call()
  private readonly machine: Machine
  private readonly scans: ScanKernels
  private readonly compiled = new Recent<string, Pipeline>(KEPT_KERNELS)
  private readonly counted = new Layout()

  constructor(machine: Machine, scans: ScanKernels) {
    this.machine = machine
    this.scans = scans
  }

  run(operands: readonly Placed[], layout: Layout, descending: boolean): void {
    if (layout.size === 0) return
    const length = layout.sizes[layout.kept]!
    const rows = layout.size / length
    const flip = descending ? 0xffffffff : 0
    if (this.machine.tuning.teamWorkgroup > 0 && length <= RANKED_KEYS) {
      const workgroups = Math.ceil(rows / Math.floor(RANKED_KEYS / length))
      this.record('rank', rankText, operands, layout, {}, [flip, rows], rows, workgroups)
      return
    }
    if (length <= LONGEST_INSERTION) {
      const workgroups = Math.ceil(rows / MAP_WORKGROUP)
      this.record('insertion', insertionText, operands, layout, {}, [flip, rows], rows, workgroups)
      return
    }
    this.radix(operands, layout, flip, rows, length)
  }

  /** Digit by digit, from the least on: count, running sums, and each key to its place. */
  private radix(operands: readonly Placed[], layout: Layout, flip: number, rows: number, length: number): void {
    const { machine } = this
    const together = machine.tuning.teamWorkgroup > 0
    const parts = Math.max(
      1,
      Math.min(Math.ceil(machine.tuning.reduceThreads / rows), Math.floor(length / LEAST_BLOCK)),
    )
    const block = together ? TEAM_BLOCK : Math.ceil(length / parts)
    const blocks = Math.ceil(length / block)
    const digitBits = together || block < WIDE_DIGITS_FROM ? 4 : 8
    const digits = 2 ** digitBits
    const take = (dtype: DType, ...shape: number[]): Placed =>
      placed(machine.takeTemporary(shape.reduce((product, side) => product * side, 1)), dtype, shape)
    let [keys, sortedKeys] = [take('uint32', rows, length), take('uint32', rows, length)]
    let [places, sortedPlaces] = [take('int32', rows, length), take('int32', rows, length)]
    const counts = take('int32', rows, digits, blocks)
    const workgroups = Math.ceil(layout.size / MAP_WORKGROUP)
    this.record('keys', keysText, operands, layout, { keys, places }, [flip, rows], layout.size, workgroups)
    for (let shift = 0; shift < keyBits(operands[2]!.dtype); shift += digitBits) {
      const words = [length, blocks, block, shift, digits - 1]
      const count = together ? countTogetherText : countAloneText
      const place = together ? placeTogetherText : placeAloneText
      this.recordBlocks('count digits', count, together, { keys, counts }, words)
      this.scans.run(
        'sum',
        passOn('int32'),
        [counts, counts],
        [],
        linesLayout(this.counted, rows, digits * blocks, digits * blocks, 1),
      )
      this.recordBlocks('place by digit', place, together, { keys, places, counts, sortedKeys, sortedPlaces }, words)
      ;[keys, sortedKeys] = [sortedKeys, keys]
      ;[places, sortedPlaces] = [sortedPlaces, places]
    }
    this.record('gather sorted', gatherSortedText, operands, layout, { places }, [flip, rows], layout.size, workgroups)
  }

  /** A kernel over the operands and `working` memory. */
  private record(
    kind: string,
    text: (form: SortForm) => KernelText,
    operands: readonly Placed[],
    layout: Layout,
    working: Working,
    words: readonly number[],
    threads: number,
    workgroups: number,
  ): void {
    const { call, machine } = this
    const { encoder } = machine
    const { rank } = layout
    const { dtype } = operands[2]!
    call.bind(operands, 2)
    call.classify(operands, layout, 2, -1, 1, false)
    const pipeline = this.pipelineFor(`sort (${kind}) of ${dtype} ${call.key(3, rank)}`, () => {
      const form = call.form(operands, rank)
      const bits = form.operands.map((operand, q) => (q === 1 ? operand : { ...operand, dtype: sortedAs(dtype) }))
      return text({ ...form, operands: bits, dtype })
    })
    const base = encoder.reserve(pipeline) + COMMON_WORDS
    encoder.uints.set(words, base)
    writeSpace(encoder.ints, base + words.length, layout, operands)
    const extra = Object.values(working)
    if (encoder.watcher !== null) {
      const names = [...OPERANDS, ...Object.keys(working)]
      const which = [...call.which, ...extra.map((_, i) => call.buffers.length + i)]
      encoder.watcher.expect(workOf(names, [...operands, ...extra], which, layout.size))
    }
    encoder.dispatch(pipeline, machine.pipelines, [...call.buffers, ...extra.map(bufferOf)], threads, workgroups)
  }

  /** A kernel over blocks of keys. */
  private recordBlocks(
    kind: string,
    text: () => KernelText,
    together: boolean,
    working: Working,
    words: readonly number[],
  ): void {
    const { encoder, pipelines } = this.machine
    const pipeline = this.pipelineFor(`sort (${kind})`, text)
    encoder.uints.set(words, encoder.reserve(pipeline) + COMMON_WORDS)
    const operands = Object.values(working)
    const [rows, , blocksOfRow] = working.counts!.shape
    const blocks = rows! * blocksOfRow!
    if (encoder.watcher !== null) {
      const which = operands.map((_, i) => i)
      encoder.watcher.expect(workOf(Object.keys(working), operands, which, rows! * words[0]!))
    }
    const workgroups = together ? blocks : Math.ceil(blocks / ALONE_WORKGROUP)
    encoder.dispatch(pipeline, pipelines, operands.map(bufferOf), blocks, workgroups)
  }

  private pipelineFor(label: string, text: () => KernelText): Pipeline {
    let pipeline = this.compiled.get(label)
    if (pipeline === undefined) {
      pipeline = this.machine.pipelines.make(text(), label)
      this.compiled.set(label, pipeline)
    }
    return pipeline
  }
}
