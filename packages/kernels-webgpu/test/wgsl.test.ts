import { type Expr, expr, formulas, program, type TypedRows, typeProgram } from '@rungs/ndarray'
import { describe, expect, test } from 'vitest'
import { contractText } from '../src/wgsl/contract.ts'
import type { Tile } from '../src/wgsl/contractForm.ts'
import { gatherText, scatterText } from '../src/wgsl/gather.ts'
import type { Operand, SpaceForm } from '../src/wgsl/layout.ts'
import { type MapForm, mapText } from '../src/wgsl/map.ts'
import { reduceText } from '../src/wgsl/reduce.ts'
import { rowsText } from '../src/wgsl/rows.ts'
import type { Team } from '../src/wgsl/team.ts'
import { literal } from '../src/wgsl/types.ts'

const vector = (buffer: number, dtype: Operand['dtype'] = 'float32'): Operand => ({ dtype, buffer, access: 'vector' })
const strided = (buffer: number, dtype: Operand['dtype'] = 'float32'): Operand => ({ dtype, buffer, access: 'strided' })
const flat: MapForm = {
  rank: 1,
  width: 4,
  axis: 0,
  operands: [vector(0), vector(1)],
  writes: [true, false],
  workgroup: 64,
  whole: false,
}
const float = { inputs: ['float32'], scalars: [] } as const
const alone: Team = { workgroup: 8, size: 1, across: false, subgroup: 0 }
const identity = typeProgram(program(formulas.x0), float)

const product = {
  batch: 1,
  m: 1,
  n: 1,
  k: 1,
  dtype: 'float32',
  outType: 'float32',
  split: false,
  subgroup: 0,
  aLanes: 'none',
  bLanes: 'none',
  outLanes: 'none',
  alongK: [false, false],
  buffers: [0, 1, 2, 3],
  writes: [false, false, true, false],
} as const

describe('generated kernels', () => {
  test('a flat map: whole vectors, the last one lane by lane, where there is a part of one', () => {
    const relu = typeProgram(program(formulas.relu(formulas.x0)), float)
    expect(mapText(relu, flat).code).toMatchSnapshot()
    expect(mapText(relu, { ...flat, whole: true }).code).toMatchSnapshot()
  })

  test('a map over two axes: coordinates once for four neighbours, a scalar, a bool result', () => {
    const above = program(expr.binary('gt', expr.input(0), expr.scalar(0)))
    const typed = typeProgram(above, { inputs: ['int32'], scalars: ['int32'] })
    const form: MapForm = { ...flat, rank: 2, axis: 1, operands: [strided(0, 'bool'), strided(1, 'int32')] }
    expect(mapText(typed, form).code).toMatchSnapshot()
  })

  test('a row program: a thread for each row, and teams whose rows are vectors', () => {
    const { x0, x1, sub } = formulas
    const typed = (x: Expr, reads: number) =>
      typeProgram(program(x), { inputs: new Array(reads).fill('float32'), scalars: [] })
    const rows: TypedRows = {
      inputs: 1,
      steps: [
        { op: 'max', program: identity, reads: [0], isWhole: false, room: -1 },
        { op: null, program: typed(sub(x0, x1), 2), reads: [0, 1], isWhole: true, room: -1 },
        { op: 'sum', program: identity, reads: [2], isWhole: false, room: -1 },
      ],
      results: [1, 2],
      scalarTypes: [],
      outTypes: ['float32', 'float32'],
    }
    const places = { rank: 2, kept: 1, writes: [true, true, false] }
    const single = {
      ...places,
      width: 1,
      axis: -1,
      operands: [strided(0), strided(1), strided(2)],
      team: alone,
    } as const
    expect(rowsText(rows, single).code).toMatchSnapshot()
    const team: Team = { workgroup: 64, size: 16, across: false, subgroup: 0 }
    const vectors = { ...places, width: 4, axis: 1, operands: [vector(0), strided(1), vector(2)], team } as const
    expect(rowsText(rows, vectors).code).toMatchSnapshot()
  })

  test('a partial sum along a contiguous axis', () => {
    const form = { ...flat, rank: 2, axis: 1, kept: 1, team: alone, operands: [strided(0), vector(1)] }
    expect(reduceText(identity, { ...form, op: 'sum', stage: 'partial' }).code).toMatchSnapshot()
  })

  test('a sum by teams through workgroup memory, their results side by side', () => {
    const team: Team = { workgroup: 256, size: 8, across: true, subgroup: 0 }
    const form = { ...flat, rank: 2, axis: 0, kept: 1, team, operands: [vector(0), vector(1)] }
    expect(reduceText(identity, { ...form, op: 'sum', stage: 'partial' }).code).toMatchSnapshot()
  })

  test.each([8, 64])('a sum by teams of %s through subgroups of eight', (size) => {
    const team: Team = { workgroup: 64, size, across: false, subgroup: 8 }
    const form = { ...flat, rank: 2, axis: 1, kept: 1, team, operands: [strided(0), vector(1)] }
    expect(reduceText(identity, { ...form, op: 'sum', stage: 'whole' }).code).toMatchSnapshot()
  })

  test('argmax keeps the first of equals and NaN before all', () => {
    const form = { ...flat, rank: 2, width: 1 as const, axis: -1, kept: 1, team: alone }
    const operands = [strided(0, 'int32'), strided(1)]
    expect(reduceText(identity, { ...form, operands, op: 'argmax', stage: 'whole' }).code).toMatchSnapshot()
  })

  test('a contraction over two axes of k with bias and activation', () => {
    const biased = program(formulas.relu(formulas.add(expr.input(0), expr.input(1))))
    const epilogue = typeProgram(biased, { inputs: ['float32', 'float32'], scalars: [] })
    const tile: Tile = { memory: 'registers', threads: [8, 8], results: [4, 4], depth: 1 }
    expect(contractText({ ...product, k: 2, tile, aLanes: 'k', bLanes: 'n', epilogue }).code).toMatchSnapshot()
  })

  test.each(['k', 'm'] as const)('a contraction whose subgroups hand on what they read along %s', (aLanes) => {
    const tile: Tile = { memory: 'subgroup', threads: [4, 4], results: [8, 4], depth: 1 }
    const [writes, buffers] = [
      [false, false, true],
      [0, 1, 2],
    ]
    const form = { ...product, tile, subgroup: 4, aLanes, bLanes: 'n', writes, buffers } as const
    expect(contractText({ ...form, epilogue: null }).code).toMatchSnapshot()
  })

  test('a contraction through tiles in workgroup memory', () => {
    const tile: Tile = { memory: 'workgroup', threads: [4, 4], results: [4, 8], depth: 4 }
    const [writes, buffers] = [
      [false, false, true],
      [0, 1, 2],
    ]
    const form = { ...product, tile, alongK: [true, false], bLanes: 'n', outLanes: 'n', writes, buffers } as const
    expect(contractText({ ...form, epilogue: null }).code).toMatchSnapshot()
  })

  test('a gather and a scatter raise a flag', () => {
    const operands = [strided(0), strided(1), strided(2, 'int32')]
    const form: SpaceForm = { rank: 2, width: 1, axis: 1, operands, writes: [true, false, false] }
    expect(gatherText(form).code).toMatchSnapshot()
    const target = { ...form, operands: [strided(0), strided(1, 'int32'), strided(2)] }
    expect(scatterText('add', target).code).toMatchSnapshot()
  })
})

describe('bindings', () => {
  test('an input that is the output is bound once, writable', () => {
    const negate = typeProgram(program(formulas.neg(formulas.x0)), float)
    const { code, writes } = mapText(negate, { ...flat, operands: [vector(0), vector(0)], writes: [true] })
    expect(writes).toEqual([true])
    expect(code.match(/var<storage/g)).toHaveLength(1)
    expect(code).toContain('var<storage, read_write> buffer0')
  })

  test('a buffer seen as vectors and as scalars is bound as scalars', () => {
    const sum = typeProgram(program(formulas.add(formulas.x0, expr.input(1))), {
      inputs: ['float32', 'float32'],
      scalars: [],
    })
    const { code } = mapText(sum, { ...flat, operands: [vector(0), vector(1), strided(1)], writes: [true, false] })
    expect(code).toContain('buffer1: array<f32>')
    expect(code).toContain('buffer0: array<vec4<f32>>')
  })
})

describe('constants', () => {
  test.each([
    [1, 'float32', 'Float(1.0)'],
    [-0, 'float32', 'bitcast<Float>(bitcast<Uint>(Float(p.infinity)) << Uint(8u))'],
    [0.1, 'float32', 'Float(0.10000000149011612)'],
    [1e-7, 'float32', 'Float(1.0000000116860974e-7)'],
    [1e300, 'float32', 'Float(p.infinity)'],
    [-Infinity, 'float32', 'Float(-p.infinity)'],
    [NaN, 'float32', 'Float(p.nan)'],
    [-2147483648, 'int32', 'Int(-2147483648)'],
    [4294967295, 'uint32', 'Uint(4294967295u)'],
    [257, 'uint8', 'Uint(1u)'],
    [1, 'bool', 'Bool(true)'],
  ] as const)('%f of %s is %s', (value, dtype, text) => {
    expect(literal(value, dtype)).toBe(text)
  })

  test('float64 has no kernels', () => {
    expect(() => literal(1, 'float64')).toThrow(/webgpu computes no float64/)
  })
})
