import { record } from '@rungs/lesson/node'
import { loadSeeds } from '@rungs/testing'
import { expect, it } from 'vitest'

const { exports: lesson, items, text } = await record(() => import('../lesson.ts'))
const golden = loadSeeds()

it('adds a row and a column as PyTorch does', () => {
  expect([lesson.row, lesson.column].map((rows) => (rows as number[][]).flat())).toEqual([
    golden.row.data,
    golden.col.data,
  ])
})

it('sees nine numbers in three, by a stride of 0', () => {
  const [asRow, asColumn] = [lesson.views['c.expandAs(m)'], lesson.views['c.unsqueeze(1).expandAs(m)']]
  expect([asRow.strides, asColumn.strides]).toEqual([golden.expand_stride, golden.col_stride])
  expect([asRow.storage.size, asColumn.storage.size]).toEqual([golden.expand_storage, golden.expand_storage])
})

it('says what does not go together in the words of PyTorch', () => {
  const said = lesson.results.map((row) => row['a + b'])
  expect(said.slice(0, 3)).toEqual(['(3, 3)', '(3, 4)', '(200, 7, 5)'])
  const { mul, add } = golden.errors
  expect(said.slice(3).map((message) => message.split(':')[0])).toEqual(
    [mul, add].map((message) => message?.replace('RuntimeError: ', '')),
  )
  expect(text).toContain('more than one element of the written-to tensor refers to a single memory location')
})

it('falls into the trap, and out of it', () => {
  expect(lesson.trap).toEqual({ wrong: golden.silent_mse_broadcast, right: golden.mse_squeezed })
  expect(lesson.squeezed).toEqual({ all: [], last: [1] })
})

it('shows views, attempts and distances', () => {
  expect(items.map(({ kind }) => kind).filter((kind) => kind !== 'text')).toEqual(['table', 'table', 'heatMap'])
})
